/** Playbooks over real ssh: those that ship against programs that have the fault and programs that have not. */
@NullMarked
package dev.sonde.shell.play;

import org.jspecify.annotations.NullMarked;
