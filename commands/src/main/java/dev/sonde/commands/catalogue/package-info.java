/** The list of all commands: how their lines are parsed, their help is written, and what is typed of them is completed. */
@NullMarked
package dev.sonde.commands.catalogue;

import org.jspecify.annotations.NullMarked;
