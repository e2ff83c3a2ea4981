package dev.sonde.jvm;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code Thread.print -l -e} printed. The format is for people and differs from release to release; what is parsed here
 * holds from JDK 8 to 25, and a line that is not understood is passed over.
 *
 * <p>The header of a thread, by release:
 *
 * <pre>
 *  8: "main" #1 prio=5 os_prio=0 tid=0x00007f… nid=0x16a2 runnable [0x00007f…]
 * 17: "main" #1 prio=5 os_prio=0 cpu=41.74ms elapsed=2.78s allocated=211K defined_classes=12 tid=0x00007f… nid=0x16a2 …
 * 25: "main" #3 [5986] prio=5 os_prio=0 cpu=60.49ms elapsed=2.90s allocated=846K defined_classes=37 tid=0x00007f… nid=5986 …
 * </pre>
 *
 * <p>A thread of the JVM itself has neither {@code #id} nor a state.
 */
final class ThreadDump {

    private static final Pattern HEADER = Pattern.compile(
            "^\"(.*)\"(?: #(\\d+))?(?: \\[(\\d+)])?( daemon)?(?: prio=-?\\d+)?(?: os_prio=-?\\d+)?"
                    + "(?: cpu=([\\d.,]+)ms)?(?: elapsed=([\\d.,]+)s)?(?: allocated=(\\d+)([BKMG]))?(?: defined_classes=\\d+)?"
                    + " tid=0x(\\p{XDigit}+)(?: nid=(0x\\p{XDigit}+|\\d+))?(?: .*)?$",
            Pattern.DOTALL);

    private static final Pattern LOCK =
            Pattern.compile("<0x0*(\\p{XDigit}+)> \\(an? (?:java\\.lang\\.Class for )?(.+)\\)");
    /** Until JDK 9 this is HotSpot's own version: 25, with the build behind it. */
    private static final Pattern EIGHT = Pattern.compile("^Full thread dump .*?\\(25\\.\\d+-b\\d+ .*");

    private static final Pattern VERSION = Pattern.compile("^Full thread dump .*?\\((?:1\\.)?(\\d+)[^0-9].*");

    /** A name may hold line breaks; no more of them than this are put together again. */
    private static final int NAME_LINES = 8;

    /** A frame or a name beyond this is not one. */
    private static final int MAX_LINE = 16 << 10;

    /** A thread as it was printed. */
    static final class Entry {
        final String name;
        final OptionalLong id;
        final OptionalLong nativeId;
        final boolean daemon;
        final OptionalDouble cpuMillis;
        final OptionalDouble elapsedSeconds;
        final OptionalLong allocatedBytes;
        /** The address of the JVM's own structure: with the native id it tells threads apart. */
        final String key;

        final List<String> frames = new ArrayList<>();
        final List<Lock> holds = new ArrayList<>();
        Optional<Thread.State> state = Optional.empty();
        boolean carrier;

        @Nullable
        Lock waitsFor;

        /** Whether it goes on as soon as it gets the lock, unlike one that waits to be notified. */
        boolean needsOwner;

        private boolean inMounted;

        Entry(Matcher header) {
            name = header.group(1);
            id = header.group(2) == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(header.group(2)));
            daemon = header.group(4) != null;
            cpuMillis = decimal(header.group(5));
            elapsedSeconds = decimal(header.group(6));
            allocatedBytes = header.group(7) == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.parseLong(header.group(7)) * unit(header.group(8)));
            String nid = header.group(10);
            nativeId = nid == null ? OptionalLong.empty() : OptionalLong.of(Long.decode(nid));
            key = header.group(9) + "/" + nid;
        }

        private static OptionalDouble decimal(@Nullable String text) {
            // the JVM prints in the C locale of the process
            return text == null
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(Double.parseDouble(text.replace(',', '.')));
        }

        private static long unit(String letter) {
            return switch (letter) {
                case "K" -> 1L << 10;
                case "M" -> 1L << 20;
                case "G" -> 1L << 30;
                default -> 1;
            };
        }
    }

    /** A monitor or an ownable synchronizer. The address holds within one dump only. */
    record Lock(String address, String type) {

        @Override
        public String toString() {
            return type + "@" + address;
        }
    }

    /** The feature release that the dump names, such as 17; 0 when it does not. */
    int feature;

    /** Whether the end of the list was seen, so that nothing is missing. */
    boolean complete;

    final List<Entry> entries = new ArrayList<>();

    /** The cycles that the JVM itself found. */
    private final List<List<String>> told = new ArrayList<>();

    private ThreadDump() {}

    /** Parses a dump as it arrives. */
    static ThreadDump parse(BufferedReader in) throws IOException {
        ThreadDump dump = new ThreadDump();
        StringBuilder header = new StringBuilder();
        int headerLines = 0;
        Entry current = null;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("JNI global ref") || line.startsWith("Found one Java-level deadlock")) {
                dump.complete = true;
                dump.readDeadlocks(in, line);
                break;
            }
            if (line.length() > MAX_LINE) {
                continue;
            }
            if (headerLines > 0 || line.startsWith("\"")) {
                header.append(headerLines == 0 ? "" : "\n").append(line);
                Matcher matcher = HEADER.matcher(header);
                boolean matches = matcher.matches();
                if (matches) {
                    current = new Entry(matcher);
                    dump.entries.add(current);
                }
                if (matches || ++headerLines > NAME_LINES) {
                    header.setLength(0);
                    headerLines = 0;
                }
            } else if (current != null) {
                body(current, line);
            } else if (line.startsWith("Full thread dump")) {
                Matcher version = VERSION.matcher(line);
                dump.feature =
                        EIGHT.matcher(line).matches() ? 8 : version.matches() ? Integer.parseInt(version.group(1)) : 0;
            }
        }
        return dump;
    }

    private static void body(Entry thread, String line) {
        String text = line.strip();
        if (text.startsWith("at ")) {
            if (!thread.inMounted) {
                thread.frames.add(frame(text.substring(3)));
            }
        } else if (text.startsWith("- ")) {
            if (!thread.inMounted) {
                lock(thread, text);
            }
        } else if (text.startsWith("java.lang.Thread.State: ")) {
            String state = text.substring(24).split(" ", 2)[0].toUpperCase(Locale.ROOT);
            try {
                thread.state = Optional.of(Thread.State.valueOf(state));
            } catch (IllegalArgumentException e) {
                thread.state = Optional.empty();
            }
        } else if (text.startsWith("Carrying virtual thread")) {
            thread.carrier = true;
            // It has no state line; what it does is run the virtual thread.
            thread.state = Optional.of(Thread.State.RUNNABLE);
        } else if (text.startsWith("Mounted virtual thread")) {
            thread.inMounted = true; // what follows is the other's stack
        } else if (text.startsWith("Locked ownable synchronizers")) {
            thread.inMounted = false;
        }
    }

    private static void lock(Entry thread, String text) {
        Matcher matcher = LOCK.matcher(text);
        if (!matcher.find()) {
            return;
        }
        Lock lock = new Lock(matcher.group(1), matcher.group(2));
        if (text.startsWith("- locked") || text.startsWith("- <")) {
            // One that waits on a monitor has given it up meanwhile, though the frame that took it still says locked.
            if (!lock.equals(thread.waitsFor) && !thread.holds.contains(lock)) {
                thread.holds.add(lock);
            }
        } else if (text.startsWith("- waiting to lock")
                || text.startsWith("- waiting to re-lock")
                || text.startsWith("- parking to wait for")) {
            thread.waitsFor = lock;
            thread.needsOwner = true;
        } else if (text.startsWith("- waiting on")) {
            thread.waitsFor = lock;
            thread.needsOwner = thread.state.equals(Optional.of(Thread.State.BLOCKED));
        }
    }

    /**
     * A frame without module and loader, which differ between the two kinds of dump: {@code java.base/java.lang.Thread.run
     * (Thread.java:1)} and {@code java.lang.Thread.run(java.base@25/Thread.java:1)} both become {@code
     * java.lang.Thread.run(Thread.java:1)}.
     */
    static String frame(String text) {
        int open = text.indexOf('(');
        if (open < 0) {
            return text;
        }
        String method = text.substring(0, open);
        String place = text.substring(open);
        int slash = method.indexOf('/');
        // the address of a hidden class follows a slash too: Shop$$Lambda/0x00007f…
        while (slash >= 0 && !method.startsWith("/0x", slash)) {
            method = method.substring(slash + 1);
            slash = method.indexOf('/');
        }
        int module = place.lastIndexOf('/');
        return method + (module < 0 ? place : "(" + place.substring(module + 1));
    }

    private void readDeadlocks(BufferedReader in, String first) throws IOException {
        List<String> cycle = first.startsWith("Found one") ? new ArrayList<>() : null;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("Found one Java-level deadlock")) {
                cycle = new ArrayList<>();
            } else if (line.startsWith("Java stack information")) {
                if (cycle != null && cycle.size() > 1) {
                    told.add(List.copyOf(cycle));
                }
                cycle = null;
            } else if (cycle != null && line.startsWith("\"") && line.endsWith("\":")) {
                cycle.add(line.substring(1, line.length() - 2));
            }
        }
    }

    /** Who holds each lock. */
    Map<Lock, Entry> owners() {
        Map<Lock, Entry> owners = new HashMap<>();
        for (Entry entry : entries) {
            for (Lock lock : entry.holds) {
                owners.put(lock, entry);
            }
        }
        return owners;
    }

    /** The cycles that the JVM names, and those that follow from who waits for whom. */
    List<List<String>> deadlocks() {
        Map<Set<String>, List<String>> cycles = new LinkedHashMap<>();
        for (List<String> cycle : told) {
            cycles.putIfAbsent(new HashSet<>(cycle), cycle);
        }
        Map<Lock, Entry> owners = owners();
        Set<Entry> done = new HashSet<>();
        for (Entry start : entries) {
            List<Entry> path = new ArrayList<>();
            Set<Entry> onPath = new HashSet<>();
            Entry at = start;
            while (at != null && !done.contains(at) && onPath.add(at)) {
                path.add(at);
                at = at.waitsFor != null && at.needsOwner ? owners.get(at.waitsFor) : null;
            }
            if (at != null && onPath.contains(at)) {
                List<String> names = new ArrayList<>();
                for (Entry entry : path.subList(path.indexOf(at), path.size())) {
                    names.add(entry.name);
                }
                if (names.size() > 1) {
                    cycles.putIfAbsent(new HashSet<>(names), names);
                }
            }
            done.addAll(path);
        }
        return List.copyOf(cycles.values());
    }
}
