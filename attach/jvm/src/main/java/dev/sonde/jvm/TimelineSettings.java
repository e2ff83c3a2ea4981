package dev.sonde.jvm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What JFR is to record for a timeline: a file of settings, because a diagnostic command has no room for so many.
 */
final class TimelineSettings {

    private static final String FILE = "timeline.jfc";
    /** The dump of so many threads takes half a second, in which all of them stand still. */
    private static final int MOST_DUMPED = 2_000;

    private static final long MOST_BYTES = 128L << 20;

    private final String text;
    private final List<String> notices;

    private TimelineSettings(String text, List<String> notices) {
        this.text = text;
        this.notices = List.copyOf(notices);
    }

    /**
     * The settings for a JVM as it is now.
     *
     * @param shortest the shortest wait that is told, in nanoseconds
     */
    static TimelineSettings of(LocalJvm jvm, long shortest) {
        List<String> notices = new ArrayList<>();
        int threads = threads(jvm);
        boolean dump = threads <= MOST_DUMPED;
        if (!dump) {
            notices.add("waits that are not over at the end are not told: with " + threads
                    + " threads the JVM would stand still for long");
        }
        try (InputStream in = TimelineSettings.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is not packed");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("@SHORTEST@", shortest + " ns")
                    .replace("@DUMP@", Boolean.toString(dump));
            return new TimelineSettings(text, notices);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int threads(LocalJvm jvm) {
        int count = 0;
        try (DirectoryStream<Path> tasks =
                Files.newDirectoryStream(Proc.of(jvm.process.id.pid()).resolve("task"))) {
            for (Path unused : tasks) {
                count++;
            }
        } catch (IOException e) {
            return count; // of a process that is gone, which is said by whoever asks it next
        }
        return count;
    }

    List<String> notices() {
        return notices;
    }

    /** @param command {@code JFR.start …}, to which the settings are added */
    void start(LocalJvm jvm, String command) throws Engine.Unable, TargetError {
        RecorderSettings.start(jvm, command + " maxsize=" + MOST_BYTES, text);
    }
}
