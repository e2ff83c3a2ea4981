/** Whole libraries with a probe on every method: what weaving must not change. */
@NullMarked
package dev.sonde.exploration;

import org.jspecify.annotations.NullMarked;
