/**
 * The pages, and the paths that Go's tools know: what is answered to a browser that came through the SSH connection. It knows
 * requests, responses and a {@link dev.sonde.shell.web.Visit}, and nothing of SSH; {@code dev.sonde.shell.WebChannel} brings
 * the bytes. Read {@link dev.sonde.shell.web.Site} for which path is answered by what.
 */
@NullMarked
package dev.sonde.shell.web;

import org.jspecify.annotations.NullMarked;
