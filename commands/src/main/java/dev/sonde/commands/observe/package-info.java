/** Commands that look at what methods do: watch, count. */
@NullMarked
package dev.sonde.commands.observe;

import org.jspecify.annotations.NullMarked;
