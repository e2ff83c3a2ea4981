package dev.sonde.timeline;

import dev.sonde.profile.Frame;
import java.util.List;
import java.util.Optional;

/**
 * One time in which a lane was in a state.
 *
 * @param start in nanoseconds since 1970
 * @param nanos how long; 0 of what happens at an instant
 * @param what the class of the lock, the file, the peer, the cause; untrusted, may be empty
 * @param by who held the monitor last, or who notified, or which carrier is kept: the name of a thread, untrusted
 * @param bytes read or written; 0 of all else
 * @param group which collection it belongs to; 0 of all else
 * @param open whether it had not ended when the recording did; then it may have begun earlier than told
 * @param stack where, the innermost frame first; may be empty
 */
public record Span(
        Lane lane,
        State state,
        long start,
        long nanos,
        String what,
        Optional<String> by,
        long bytes,
        long group,
        boolean open,
        List<Frame> stack) {

    public long end() {
        return start + nanos;
    }
}
