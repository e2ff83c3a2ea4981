package dev.sonde.jvm;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many objects of each class a heap has, as the JVM counts them: it stands still for it, about 25 ms for each million.
 *
 * @param classes the largest first
 * @param objects of all classes
 */
public record HeapHistogram(Instant time, List<Count> classes, long objects, long bytes) {

    /** {@code    3:         1200          28800  shop.Order (app)}. */
    private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");

    private static final Pattern TOTAL = Pattern.compile("Total\\s+(\\d+)\\s+(\\d+)\\s*");
    private static final int MOST_BYTES = 64 << 20;

    /**
     * Of one class.
     *
     * @param className as the JVM prints it: {@code [B} is an array of bytes
     */
    public record Count(String className, long objects, long bytes) {}

    public HeapHistogram {
        classes = List.copyOf(classes);
    }

    /** @param live whether to collect garbage first, and count what is left */
    static HeapHistogram of(AttachPoint attach, boolean live) throws TargetError {
        String text;
        try (AttachReply reply = attach.jcmd(live ? "GC.class_histogram" : "GC.class_histogram -all")) {
            text = reply.text(MOST_BYTES);
        } catch (IOException e) {
            throw attach.failed(e);
        }
        List<Count> classes = new ArrayList<>();
        long objects = 0;
        long bytes = 0;
        for (String line : text.split("\n", -1)) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                classes.add(new Count(
                        matcher.group(3), Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))));
                continue;
            }
            Matcher sum = TOTAL.matcher(line);
            if (sum.matches()) {
                objects = Long.parseLong(sum.group(1));
                bytes = Long.parseLong(sum.group(2));
            }
        }
        return new HeapHistogram(Instant.now(), classes, objects, bytes);
    }
}
