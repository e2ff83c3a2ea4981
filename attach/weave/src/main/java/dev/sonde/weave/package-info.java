/** Locations, woven bytes, expressions: what thinks about code. No I/O here: bytes in, bytes out. */
@NullMarked
package dev.sonde.weave;

import org.jspecify.annotations.NullMarked;
