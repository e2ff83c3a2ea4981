/** Commands that look at JVMs as a whole. */
@NullMarked
package dev.sonde.commands.jvm;

import org.jspecify.annotations.NullMarked;
