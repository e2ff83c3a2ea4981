/** Where the time and the memory go: profiles are taken, kept and looked at. */
@NullMarked
package dev.sonde.commands.profile;

import org.jspecify.annotations.NullMarked;
