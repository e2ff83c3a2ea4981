/** Programs that exercise a library and print what it answers; the same each time. */
@NullMarked
package dev.sonde.exploration.drivers;

import org.jspecify.annotations.NullMarked;
