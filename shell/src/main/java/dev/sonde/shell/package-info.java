/**
 * The front door: the SSH server, who may come in and what they may do, what is kept of it, the console, and {@code main}.
 * Read {@link dev.sonde.shell.LineRunner} for what happens to a line, in order.
 */
@NullMarked
package dev.sonde.shell;

import org.jspecify.annotations.NullMarked;
