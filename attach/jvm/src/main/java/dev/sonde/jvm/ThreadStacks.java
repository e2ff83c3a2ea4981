package dev.sonde.jvm;

import dev.sonde.profile.Description;
import dev.sonde.profile.Frame;
import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import dev.sonde.profile.Sample;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where all threads are at one instant, as a profile. */
final class ThreadStacks {

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
            List<Frame> stack = thread.frames().stream().map(Frame::printed).toList();
            builder.add(stack, labels, 1);
        }
        return builder.build();
    }
}
