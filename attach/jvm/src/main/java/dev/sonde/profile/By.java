package dev.sonde.profile;

import java.util.List;
import java.util.Locale;

/** What costs are told of. */
public enum By {
    PACKAGE,
    CLASS,
    METHOD,
    LINE,
    THREAD;

    /** What a frame belongs to. Of {@link #THREAD} it is the sample that belongs to one. */
    String of(Frame frame) {
        return switch (this) {
            case PACKAGE ->
                frame.className().isEmpty()
                        ? "[" + frame.code().name().toLowerCase(Locale.ROOT) + "]"
                        : frame.packageName().isEmpty() ? "(unnamed package)" : frame.packageName();
            case CLASS ->
                frame.className().isEmpty()
                        ? "[" + frame.code().name().toLowerCase(Locale.ROOT) + "]"
                        : frame.className();
            case METHOD, THREAD -> frame.name();
            case LINE -> frame.place().isEmpty() ? frame.name() : frame.name() + " " + frame.place();
        };
    }

    /** What a sample belongs to, the innermost first. */
    List<String> of(Sample sample) {
        return this == THREAD
                ? List.of(sample.labels().getOrDefault(Sample.THREAD, "(unknown thread)"))
                : sample.stack().stream().map(this::of).toList();
    }
}
