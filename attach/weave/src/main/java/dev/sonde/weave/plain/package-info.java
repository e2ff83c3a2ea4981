/** Expressions over plain values, numbers, texts, lists and maps, as a playbook has them; of a target's objects nothing is known here. */
@NullMarked
package dev.sonde.weave.plain;

import org.jspecify.annotations.NullMarked;
