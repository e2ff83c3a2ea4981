/** Commands that stop one thread and look around where it stands: break, print, next. */
@NullMarked
package dev.sonde.commands.debug;

import org.jspecify.annotations.NullMarked;
