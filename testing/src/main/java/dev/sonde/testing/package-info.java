/** What the tests of all modules share. Real JVMs only. */
@NullMarked
package dev.sonde.testing;

import org.jspecify.annotations.NullMarked;
