package dev.sonde.agent;

import org.jspecify.annotations.Nullable;

/**
 * What the last hook saw of one frame of a thread that stands or is stepped, and of the frames above it that it was stepped
 * through. Nothing tells that a frame is left: what is as deep goes when another hook is that deep, and the bastion believes
 * only what is of the method and the line where the stack has that frame.
 */
final class Seen {

    final @Nullable Seen above;
    /** Frames of the thread when it was here. */
    final int depth;

    final Tap tap;
    final int event;

    final @Nullable Object[] values;

    Seen(@Nullable Seen others, int depth, Tap tap, int event, @Nullable Object[] values) {
        Seen next = others;
        while (next != null && next.depth >= depth) {
            next = next.above;
        }
        this.above = next;
        this.depth = depth;
        this.tap = tap;
        this.event = event;
        this.values = values;
    }
}
