package dev.sonde.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What of a profile is looked at, by regular expressions that are sought in {@code package.Class.method} and in the file's
 * name, as pprof does.
 *
 * @param focus only samples in whose stack it is found
 * @param ignore no samples in whose stack it is found
 * @param hide without frames in which it is found: their cost goes to their callers
 * @param show only frames in which it is found
 * @param thread only samples of threads in whose name it is found
 */
public record Focus(
        Optional<Pattern> focus,
        Optional<Pattern> ignore,
        Optional<Pattern> hide,
        Optional<Pattern> show,
        Optional<Pattern> thread) {

    public static final Focus NONE =
            new Focus(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    static boolean found(Pattern pattern, Frame frame) {
        return pattern.matcher(frame.name()).find()
                || (!frame.file().isEmpty() && pattern.matcher(frame.file()).find());
    }

    /** What is looked at. A sample of which no frame remains is left out, as by pprof. */
    public Profile of(Profile profile) {
        if (equals(NONE)) {
            return profile;
        }
        Profile kept = profile.keeping(this::keeps);
        return hide.isEmpty() && show.isEmpty()
                ? kept
                : kept.restacked(sample -> shown(sample.stack()))
                        .keeping(sample -> !sample.stack().isEmpty());
    }

    private boolean keeps(Sample sample) {
        return focus.stream().allMatch(pattern -> sample.stack().stream().anyMatch(frame -> found(pattern, frame)))
                && ignore.stream()
                        .noneMatch(pattern -> sample.stack().stream().anyMatch(frame -> found(pattern, frame)))
                && thread.stream()
                        .allMatch(pattern -> pattern.matcher(sample.labels().getOrDefault(Sample.THREAD, ""))
                                .find());
    }

    private List<Frame> shown(List<Frame> stack) {
        List<Frame> shown = new ArrayList<>(stack.size());
        for (Frame frame : stack) {
            boolean hidden = hide.stream().anyMatch(pattern -> found(pattern, frame));
            if (!hidden && show.stream().allMatch(pattern -> found(pattern, frame))) {
                shown.add(frame);
            }
        }
        return shown;
    }
}
