/** The same lines on every release that is found, older ones too. */
@NullMarked
package dev.sonde.shell.releases;

import org.jspecify.annotations.NullMarked;
