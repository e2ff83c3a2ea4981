/**
 * Playbooks: read, checked whole, and run. A playbook is a file, a step is one line of it and what that must show, a run is one
 * execution. Nothing here knows who asks.
 */
@NullMarked
package dev.sonde.commands.play;

import org.jspecify.annotations.NullMarked;
