package dev.sonde.jvm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The stack of a thread that stands, and of which frames it is known what hooks saw. The JVM forgets the lines of frames that were
 * entered before their class was woven: they are taken from the hooks that these frames passed, and of those above the stop that
 * the thread was stepped from, which have not moved, from what was told then.
 *
 * @param seen by the number of the frame
 */
record StandingStack(List<CallerFrame> frames, Map<Integer, LiveStop.Place> seen) {

    /** The agent tells no more. */
    private static final int MOST_FRAMES = 256;

    StandingStack {
        frames = List.copyOf(frames);
        seen = Map.copyOf(seen);
    }

    /** @param own where the thread stands */
    static StandingStack of(
            List<CallerFrame> told,
            Optional<LiveStop.Place> own,
            Map<Integer, LiveStop.Place> seen,
            Optional<LiveStop> before) {
        List<CallerFrame> frames = new ArrayList<>(told);
        if (own.isPresent() && !frames.isEmpty()) {
            frames.set(0, own.get().frame(frames.get(0)));
        }
        Map<Integer, LiveStop.Place> there = new HashMap<>();
        seen.forEach((number, place) -> {
            if (number > 0 && number < frames.size() && place.is(frames.get(number))) {
                there.put(number, place);
                frames.set(number, place.frame(frames.get(number)));
            }
        });
        List<CallerFrame> old = before.map(LiveStop::stack).orElse(List.of());
        int deeper = told.size() - old.size();
        if (!old.isEmpty() && deeper >= 0 && told.size() < MOST_FRAMES && isSame(told.get(deeper), old.get(0))) {
            for (int i = deeper + 1; i < frames.size(); i++) {
                CallerFrame then = old.get(i - deeper);
                if (frames.get(i).line() == -1 && isSame(frames.get(i), then)) {
                    frames.set(i, then);
                }
            }
        }
        return new StandingStack(frames, there);
    }

    private static boolean isSame(CallerFrame one, CallerFrame other) {
        return one.className().equals(other.className()) && one.method().equals(other.method());
    }
}
