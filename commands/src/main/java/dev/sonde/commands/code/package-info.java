/** Commands that look at the code that is loaded and at what it holds. */
@NullMarked
package dev.sonde.commands.code;

import org.jspecify.annotations.NullMarked;
