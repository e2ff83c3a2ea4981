package dev.sonde.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * Waits for locks out of a recording of the JVM's own. They are few, so that the JDK's reader serves, which is slower than {@link
 * RecordingReader} and knows who had the lock.
 */
public final class WaitReader {

    private WaitReader() {}

    /**
     * Reads waits for monitors and for locks of {@code java.util.concurrent}; what is parked for another reason, such as for work,
     * waits for no lock.
     *
     * @throws IOException when it is no recording, or cut off; says so
     */
    public static Profile read(Path recording, Description about) throws IOException {
        Profile.Builder builder = new Profile.Builder(about);
        Instant first = Instant.MAX;
        Instant last = Instant.MIN;
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                boolean monitor = event.getEventType().getName().equals("jdk.JavaMonitorEnter");
                if (!monitor && !event.getEventType().getName().equals("jdk.ThreadPark")) {
                    continue;
                }
                RecordedClass lock = event.getValue(monitor ? "monitorClass" : "parkedClass");
                String name = lock == null ? "" : RecordingReader.human(lock.getName());
                // A recording has what others that run at the same time asked for, too.
                if (event.getDuration().toNanos() < about.interval()) {
                    continue;
                }
                if (!monitor
                        && !name.startsWith("java.util.concurrent.locks.Reentrant")
                        && !name.startsWith("java.util.concurrent.Semaphore")) {
                    continue;
                }
                Map<String, String> labels = new HashMap<>();
                labels.put(Sample.LOCK, name);
                put(labels, Sample.THREAD, event.getThread());
                if (monitor) {
                    put(labels, Sample.HOLDER, event.getValue("previousOwner"));
                }
                builder.add(
                        RecordedFrames.of(event, builder::frame),
                        labels,
                        1,
                        event.getDuration().toNanos());
                first = event.getStartTime().isBefore(first) ? event.getStartTime() : first;
                last = event.getEndTime().isAfter(last) ? event.getEndTime() : last;
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            throw new IOException("the recording is damaged: " + e, e);
        }
        return about.duration().isZero() && first.isBefore(last)
                ? builder.build(about.lasting(first, Duration.between(first, last)))
                : builder.build();
    }

    private static void put(Map<String, String> labels, String label, @Nullable RecordedThread thread) {
        String name = thread == null ? null : thread.getJavaName() != null ? thread.getJavaName() : thread.getOSName();
        if (name != null && !name.isEmpty()) {
            labels.put(label, name);
        }
    }
}
