/** Baselines: how a program ran once, measured and kept, and whether it runs worse now. */
@NullMarked
package dev.sonde.commands.baseline;

import org.jspecify.annotations.NullMarked;
