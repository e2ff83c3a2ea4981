package dev.sonde.commands;

import dev.sonde.jvm.Hit;
import dev.sonde.jvm.TargetId;
import dev.sonde.jvm.Value;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The calls that a login has recorded, under numbers: in the memory of the server, bounded by count and by bytes, the oldest
 * out first. They belong to the login and not to a session: what one session recorded another may look at, also when the probe
 * and the target are long gone. They end with the server.
 */
public final class Recordings {

    /** What one login's calls may take together, as {@link #bytes} estimates it. */
    private static final long MOST_BYTES = 64L << 20;

    /** One recorded call. */
    public record Recorded(long number, TargetId target, String targetName, Hit hit) {}

    private record Kept(Recorded recorded, long bytes) {}

    private final ExportFolder exports;
    private final long mostBytes;
    private final Deque<Kept> kept = new ArrayDeque<>();
    private long bytes;
    private long numbers;
    private long forgotten;

    /** @param exports where {@code record export} may write */
    public Recordings(ExportFolder exports) {
        this(exports, MOST_BYTES);
    }

    Recordings(ExportFolder exports, long mostBytes) {
        this.exports = exports;
        this.mostBytes = mostBytes;
    }

    public ExportFolder exports() {
        return exports;
    }

    /**
     * Keeps a call, and lets go of the oldest while there are too many.
     *
     * @param most how many may be kept
     */
    public synchronized Recorded add(TargetId target, String targetName, Hit hit, int most) {
        Recorded recorded = new Recorded(++numbers, target, targetName, hit);
        long size = bytes(hit);
        kept.addLast(new Kept(recorded, size));
        bytes += size;
        while (kept.size() > 1 && (kept.size() > most || bytes > mostBytes)) {
            bytes -= kept.removeFirst().bytes;
            forgotten++;
        }
        return recorded;
    }

    /** Oldest first. */
    public synchronized List<Recorded> all() {
        return kept.stream().map(Kept::recorded).toList();
    }

    public synchronized Optional<Recorded> find(long number) {
        return kept.stream()
                .map(Kept::recorded)
                .filter(each -> each.number == number)
                .findFirst();
    }

    /** How many had to go because there were too many. */
    public synchronized long forgotten() {
        return forgotten;
    }

    /** Lets go of all; their numbers are not given again. */
    public synchronized int clear() {
        int count = kept.size();
        kept.clear();
        bytes = 0;
        return count;
    }

    /** About what a call takes in memory. */
    static long bytes(Hit hit) {
        long bytes = 400 + 2L * hit.thread().length() + 100L * hit.stack().size();
        for (Map.Entry<String, String> each : hit.context().entrySet()) {
            bytes += 120 + 2L * (each.getKey().length() + each.getValue().length());
        }
        for (Value value : hit.args()) {
            bytes += bytes(value);
        }
        for (Value value : hit.values()) {
            bytes += bytes(value);
        }
        return bytes
                + hit.self().map(Recordings::bytes).orElse(0L)
                + hit.outcome().map(Recordings::bytes).orElse(0L);
    }

    private static long bytes(Value value) {
        if (value instanceof Value.Text text) {
            return 72 + 2L * text.text().length();
        }
        if (value instanceof Value.Fields object) {
            long bytes = 160;
            for (Map.Entry<String, Value> field : object.fields()) {
                bytes += 90 + bytes(field.getValue());
            }
            return bytes;
        }
        if (value instanceof Value.Elements list) {
            return 160 + list.elements().stream().mapToLong(Recordings::bytes).sum();
        }
        if (value instanceof Value.Entries map) {
            long bytes = 160;
            for (Map.Entry<Value, Value> entry : map.entries()) {
                bytes += 40 + bytes(entry.getKey()) + bytes(entry.getValue());
            }
            return bytes;
        }
        if (value instanceof Value.Thrown thrown) {
            return 200
                    + 2L * thrown.message().map(String::length).orElse(0)
                    + thrown.frames().stream()
                            .mapToLong(frame -> 60 + 2L * frame.length())
                            .sum()
                    + thrown.cause().map(Recordings::bytes).orElse(0L);
        }
        return 80;
    }
}
