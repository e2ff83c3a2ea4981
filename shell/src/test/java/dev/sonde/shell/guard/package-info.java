/** Guards and gates over real ssh: what a rule finds, who is told, what a restart leaves, what a pipeline hears. */
@NullMarked
package dev.sonde.shell.guard;

import org.jspecify.annotations.NullMarked;
