/**
 * What can be asked: one command, one class, declared with what it needs. This package is the frame they stand in; the
 * commands themselves live in the packages below, by what they look at.
 */
@NullMarked
package dev.sonde.commands;

import org.jspecify.annotations.NullMarked;
