/** The command that looks at threads. */
@NullMarked
package dev.sonde.commands.threads;

import org.jspecify.annotations.NullMarked;
