/** Timelines: what each thread did when, and what the JVM did meanwhile, out of a recording of JFR. */
@NullMarked
package dev.sonde.timeline;

import org.jspecify.annotations.NullMarked;
