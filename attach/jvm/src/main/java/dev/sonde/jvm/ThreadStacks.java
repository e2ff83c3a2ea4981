package dev.sonde.jvm;

import dev.sonde.profile.Description;
import dev.sonde.profile.Frame;
import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import dev.sonde.profile.RecordingReader;
import dev.sonde.profile.Sample;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where all threads are at one instant, as a profile. */
final class ThreadStacks {

    /** {@code java.base@17/java.lang.Object.wait(Object.java:338)}, as a JVM prints it. */
    private static final Pattern FRAME =
            Pattern.compile("(?:[^/()]*/(?!0x))*([^/()]+(?:/0x[^/()]+)?)\\.([^.()]+)\\(([^():]*)(?::(\\d+))?\\)");

    private ThreadStacks() {}

    static Profile of(ThreadReport report, String engine) {
        Profile.Builder builder =
                new Profile.Builder(Description.of(Kind.THREADS, report.time(), Duration.ZERO, engine, 0)
                        .noting(report.notices()));
        for (ThreadReport.JvmThread thread : report.threads()) {
            if (thread.frames().isEmpty()) {
                continue; // the JVM's own
            }
            Map<String, String> labels = new HashMap<>();
            labels.put(Sample.THREAD, thread.name());
            thread.state()
                    .ifPresent(state -> labels.put(Sample.STATE, state.name().toLowerCase(Locale.ROOT)));
            thread.waitsFor().ifPresent(lock -> labels.put(Sample.LOCK, lock.replaceFirst("@.*", "")));
            thread.waitsForOwner().ifPresent(holder -> labels.put(Sample.HOLDER, holder));
            List<Frame> stack =
                    thread.frames().stream().map(ThreadStacks::frame).toList();
            builder.add(stack, labels, 1);
        }
        return builder.build();
    }

    static Frame frame(String printed) {
        Matcher frame = FRAME.matcher(printed);
        if (!frame.matches()) {
            return new Frame("", printed, "", 0, Frame.Code.NATIVE);
        }
        String place = frame.group(3);
        boolean known = !place.equals("Native Method") && !place.equals("Unknown Source");
        return new Frame(
                RecordingReader.human(frame.group(1)),
                frame.group(2),
                known ? place : "",
                frame.group(4) == null ? 0 : Integer.parseInt(frame.group(4)),
                Frame.Code.COMPILED);
    }
}
