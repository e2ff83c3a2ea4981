/** Sonde on a web server that nobody here wrote: Jetty, under load, with its threads stopped again and again. */
@NullMarked
package dev.sonde.shell.jetty;

import org.jspecify.annotations.NullMarked;
