/** Commands about the session itself: what it has selected, set, and typed. */
@NullMarked
package dev.sonde.commands.session;

import org.jspecify.annotations.NullMarked;
