@NullMarked
package dev.sonde.shell;

import org.jspecify.annotations.NullMarked;
