/** The source of classes: decompiled from their bytes. No I/O. */
@NullMarked
package dev.sonde.weave.source;

import org.jspecify.annotations.NullMarked;
