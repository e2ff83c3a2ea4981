/** How rows look: as text for a person, as JSON for a program. The only place where text of a target becomes text to print. */
@NullMarked
package dev.sonde.commands.output;

import org.jspecify.annotations.NullMarked;
