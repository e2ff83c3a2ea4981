/** The stories of {@code docs/stories}: each told in a page, and tried here as it is told. */
@NullMarked
package dev.sonde.shell.stories;

import org.jspecify.annotations.NullMarked;
