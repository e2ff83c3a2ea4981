/** Sonde on a program that nobody here wrote: the H2 database, under load. */
@NullMarked
package dev.sonde.shell.h2;

import org.jspecify.annotations.NullMarked;
