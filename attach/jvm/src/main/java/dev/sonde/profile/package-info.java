/** Profiles: what engines sampled, how it is kept, and what can be asked of it. Knows no target and no engine. */
@NullMarked
package dev.sonde.profile;

import org.jspecify.annotations.NullMarked;
