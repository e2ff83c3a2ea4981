/**
 * Guards: rules that the server watches JVMs by, for a login, whether anybody is there or not. Here is what a guard is and what
 * it decides; the server keeps them, runs their looks, and tells.
 */
@NullMarked
package dev.sonde.commands.guard;

import org.jspecify.annotations.NullMarked;
