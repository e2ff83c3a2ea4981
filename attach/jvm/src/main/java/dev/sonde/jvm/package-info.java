/** Finds JVMs, attaches to them, holds the link, and offers each as a {@link dev.sonde.jvm.Target}. */
@NullMarked
package dev.sonde.jvm;

import org.jspecify.annotations.NullMarked;
