package dev.sonde.jvm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What Linux tells of a process under {@code /proc} (proc(5)). Each call reads anew; a process that is gone is empty. */
final class Proc {

    /** {@code USER_HZ}: the unit of the times in {@code stat}, 100 on every architecture that runs HotSpot. */
    static final long TICKS_PER_SECOND = 100;

    private static final int SIGQUIT = 3;

    /** No file that is read whole here is longer than this, but for a command line, which is then cut. */
    private static final int MAX_BYTES = 256 << 10;

    private Proc() {}

    /**
     * @param command the first 15 bytes of the program's name; changes when the process runs another program
     * @param state as one letter, such as {@code T} for stopped
     * @param cpuTicks user and system time so far
     * @param startTicks after the machine booted
     * @param residentPages of memory
     */
    record Stat(String command, char state, long cpuTicks, long startTicks, boolean hasMemory, long residentPages) {}

    /** @param innerPid the pid that the process has in its own pid namespace */
    record Status(long uid, long gid, long innerPid, boolean sharesPids, boolean catchesQuit) {}

    static Path of(long pid) {
        return Path.of("/proc", Long.toString(pid));
    }

    static List<Long> pids() {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
            for (Path entry : entries) {
                pids.add(Long.parseLong(entry.getFileName().toString()));
            }
        } catch (IOException | DirectoryIteratorException | NumberFormatException e) {
            // a machine without /proc shows no processes
        }
        pids.sort(null);
        return pids;
    }

    /** When the machine booted, by its clock now. Start times are counted from here. */
    static Instant bootTime() {
        for (String line : read(Path.of("/proc/stat")).split("\n", -1)) {
            if (line.startsWith("btime ")) {
                return Instant.ofEpochSecond(number(line.substring(6).strip()));
            }
        }
        return Instant.EPOCH;
    }

    static Optional<Stat> stat(long pid) {
        String line = read(of(pid).resolve("stat"));
        // The name stands in parentheses and may hold anything, parentheses and blanks too.
        int open = line.indexOf('(');
        int close = line.lastIndexOf(')');
        if (open < 0 || close < open) {
            return Optional.empty();
        }
        String[] fields = line.substring(Math.min(line.length(), close + 2)).split(" ", -1);
        if (fields.length < 22) {
            return Optional.empty();
        }
        return Optional.of(new Stat(
                line.substring(open + 1, close),
                fields[0].charAt(0),
                number(fields[11]) + number(fields[12]),
                number(fields[19]),
                number(fields[20]) > 0,
                number(fields[21])));
    }

    static Optional<Status> status(long pid) {
        String text = read(of(pid).resolve("status"));
        if (text.isEmpty()) {
            return Optional.empty();
        }
        long uid = -1;
        long gid = -1;
        long innerPid = pid;
        boolean sharesPids = true;
        boolean catchesQuit = false;
        for (String line : text.split("\n", -1)) {
            String[] words = line.split("\\s+", -1);
            switch (words[0]) {
                case "Uid:" -> uid = number(words[2]); // real, effective, saved, file system
                case "Gid:" -> gid = number(words[2]);
                case "NSpid:" -> {
                    innerPid = number(words[words.length - 1]);
                    sharesPids = words.length == 2;
                }
                case "SigCgt:" -> catchesQuit = (Long.parseUnsignedLong(words[1], 16) & 1L << (SIGQUIT - 1)) != 0;
                default -> {}
            }
        }
        return Optional.of(new Status(uid, gid, innerPid, sharesPids, catchesQuit));
    }

    static boolean alive(long pid, long startTicks) {
        return stat(pid)
                .filter(s -> s.startTicks() == startTicks && s.state() != 'Z')
                .isPresent();
    }

    /** The arguments, the program first; empty for a kernel thread. */
    static List<String> arguments(long pid) {
        return strings(of(pid).resolve("cmdline"));
    }

    /** The environment it was started with; empty when we may not see it. */
    static List<String> environment(long pid) {
        return strings(of(pid).resolve("environ"));
    }

    private static List<String> strings(Path file) {
        String text = read(file);
        if (text.isEmpty()) {
            return List.of();
        }
        return Arrays.asList((text.endsWith("\0") ? text.substring(0, text.length() - 1) : text).split("\0", -1));
    }

    /** Whether HotSpot is mapped; empty when we may not look. */
    static Optional<Boolean> mapsJvm(long pid) {
        try (BufferedReader maps = Files.newBufferedReader(of(pid).resolve("maps"), StandardCharsets.ISO_8859_1)) {
            for (String line = maps.readLine(); line != null; line = maps.readLine()) {
                if (line.endsWith("/libjvm.so") || line.endsWith("/libjvm.so (deleted)")) {
                    return Optional.of(true);
                }
            }
            return Optional.of(false);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The owner's name, or the number when it has none. */
    static String user(long pid) {
        try {
            return Files.getOwner(of(pid)).getName();
        } catch (IOException e) {
            return "?";
        }
    }

    static OptionalLong residentBytes(long pid) {
        for (String line : read(of(pid).resolve("status")).split("\n", -1)) {
            if (line.startsWith("VmRSS:")) {
                return OptionalLong.of(1024 * number(line.replaceAll("\\D", "")));
            }
        }
        return OptionalLong.empty();
    }

    /** How many files and sockets it has open; empty when we may not look. */
    static OptionalLong openFiles(long pid) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(of(pid).resolve("fd"))) {
            long count = 0;
            for (Path unused : files) {
                count++;
            }
            return OptionalLong.of(count);
        } catch (IOException | DirectoryIteratorException e) {
            return OptionalLong.empty();
        }
    }

    /** A small file as text; empty when it cannot be read. */
    static String read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** 0 of what is no number. */
    static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
