package dev.sonde.jvm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a {@link JvmReport} of what a JVM tells without an agent: its counters, which are free, and one connection to its
 * attach listener that carries several diagnostic commands. Collectors, classes and threads are told by the counters alone,
 * so with {@code -XX:-UsePerfData} they are missing.
 */
final class ReportReader {

    private static final int MAX_TEXT = 1 << 20;

    /** Several commands in one request are separated by newlines. The last may be unknown to an old JVM. */
    private static final String COMMANDS = "VM.flags\nGC.heap_info\nVM.metaspace basic";

    private static final String COMMANDS_WITHOUT_COUNTERS =
            "VM.flags\nVM.version\nVM.uptime\nVM.command_line\nGC.heap_info\nVM.metaspace basic";

    private static final Pattern USED = Pattern.compile("\\bused (\\d+)([BKMG])|\\b(\\d+)([BKMG]) used\\b");
    private static final Pattern COMMITTED =
            Pattern.compile("\\bcommitted (\\d+)([BKMG])|\\b(\\d+)([BKMG]) committed\\b|\\bcapacity (\\d+)([BKMG])");
    private static final Pattern TOTAL = Pattern.compile("\\btotal (\\d+)([BKMG])");
    private static final Pattern SPACE = Pattern.compile(
            "^\\s*(?:the\\s+)?(eden|from|to|object)?\\s*space\\s+(\\d+)([BKMG]),.*\\[0x(\\p{XDigit}+), ?0x(\\p{XDigit}+),.*");
    private static final Pattern REGIONS =
            Pattern.compile(".*\\b\\d+ young \\((\\d+)K\\), \\d+ survivors \\((\\d+)K\\).*");
    private static final Pattern UPTIME = Pattern.compile("^(\\d+\\.\\d+) s$");

    private ReportReader() {}

    static JvmReport read(LocalProcesses.Jvm jvm, AttachPoint attach) throws TargetError {
        Optional<JvmCounters> perf = jvm.perf();
        String text;
        try (AttachReply reply = attach.jcmd(perf.isPresent() ? COMMANDS : COMMANDS_WITHOUT_COUNTERS)) {
            text = reply.text(MAX_TEXT);
        } catch (IOException e) {
            throw attach.failed(e);
        }
        if (!text.startsWith("-XX:") || !text.contains("used")) {
            throw attach.failed(new IOException("its description ended in the middle"));
        }
        return make(jvm, jvm.perf(), text);
    }

    /** What the commands printed, told apart by how each line begins. */
    private static JvmReport make(LocalProcesses.Jvm jvm, Optional<JvmCounters> perf, String text) {
        List<String> flags = List.of();
        String vm = "";
        String version = "";
        Optional<Duration> uptime = Optional.empty();
        Optional<String> arguments = Optional.empty();
        String command = "";
        Heap heap = new Heap();
        for (String line : text.split("\n", -1)) {
            Matcher seconds = UPTIME.matcher(line);
            int separator = line.indexOf(" version ");
            if (line.startsWith("-XX:") && flags.isEmpty()) {
                flags = flags(line);
            } else if (separator > 0 && vm.isEmpty() && line.contains("VM")) {
                vm = line.substring(0, separator);
                version = line.substring(separator + 9).strip();
            } else if (seconds.matches()) {
                uptime = Optional.of(Duration.ofMillis(Math.round(Double.parseDouble(seconds.group(1)) * 1000)));
            } else if (line.startsWith("jvm_args: ")) {
                arguments = Optional.of(line.substring(10));
            } else if (line.startsWith("java_command: ")) {
                command = line.substring(14);
            } else {
                heap.line(line);
            }
        }
        Optional<Duration> counted = perf.flatMap(ReportReader::uptime);
        if (perf.isPresent()) {
            vm = perf.get().text("java.property.java.vm.name").orElse(vm);
            version = perf.get().text("java.property.java.vm.version").orElse(version);
            arguments = perf.get().text("java.rt.vmArgs");
            command = JvmNames.command(jvm.id.pid(), perf);
        } else if (command.isEmpty() || command.equals("<unknown>")) {
            command = JvmNames.command(jvm.id.pid(), perf);
        }
        return new JvmReport(
                jvm.id,
                JvmNames.name(jvm.id.pid(), perf, command),
                vm,
                version,
                command,
                JvmNames.jvmArguments(jvm.id.pid(), arguments),
                flags,
                uptime.or(() -> counted).orElse(Duration.between(jvm.id.started(), Instant.now())),
                heap.used,
                heap.committed,
                maxHeap(flags),
                heap.pools,
                perf.map(ReportReader::collectors).orElse(List.of()),
                perf.map(p -> p.sum("java.cls.loadedClasses", "java.cls.sharedLoadedClasses"))
                        .orElse(OptionalLong.empty()),
                perf.map(p -> p.sum("java.cls.unloadedClasses", "java.cls.sharedUnloadedClasses"))
                        .orElse(OptionalLong.empty()),
                perf.map(p -> p.number("java.threads.live")).orElse(OptionalLong.empty()),
                perf.map(p -> p.number("java.threads.livePeak")).orElse(OptionalLong.empty()),
                Proc.residentBytes(jvm.id.pid()),
                Cgroup.of(jvm.id.pid()));
    }

    private static Optional<Duration> uptime(JvmCounters perf) {
        OptionalLong begin = perf.number("sun.rt.createVmBeginTime");
        if (begin.isEmpty() || begin.getAsLong() <= 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofMillis(Math.max(0, System.currentTimeMillis() - begin.getAsLong())));
    }

    /** One line of {@code -XX:…}; the value of one may hold blanks. */
    static List<String> flags(String line) {
        List<String> flags = new ArrayList<>();
        for (String flag : line.strip().split("\\s+(?=-XX:)", -1)) {
            flags.add(flag);
        }
        return flags;
    }

    private static OptionalLong maxHeap(List<String> flags) {
        for (String flag : flags) {
            if (flag.startsWith("-XX:MaxHeapSize=")) {
                try {
                    return OptionalLong.of(Long.parseLong(flag.substring(16)));
                } catch (NumberFormatException e) {
                    return OptionalLong.empty();
                }
            }
        }
        return OptionalLong.empty();
    }

    private static List<JvmReport.Collector> collectors(JvmCounters perf) {
        List<JvmReport.Collector> collectors = new ArrayList<>();
        double ticks = Math.max(1, perf.number("sun.os.hrt.frequency").orElse(1_000_000_000));
        // ZGC leaves gaps in the numbers.
        for (int i = 0; i < 8; i++) {
            String prefix = "sun.gc.collector." + i + ".";
            Optional<String> name = perf.text(prefix + "name");
            OptionalLong count = perf.number(prefix + "invocations");
            OptionalLong time = perf.number(prefix + "time");
            if (name.isPresent() && count.isPresent() && time.isPresent()) {
                collectors.add(new JvmReport.Collector(name.get(), count.getAsLong(), Duration.ofNanos((long)
                        (time.getAsLong() / ticks * 1_000_000_000))));
            }
        }
        return collectors;
    }

    /** {@code GC.heap_info}, as each collector of each release prints it. */
    static final class Heap {

        long used;
        long committed;
        final List<JvmReport.Pool> pools = new ArrayList<>();
        private boolean metaspaceSeen;

        void line(String line) {
            String text = line.strip();
            Matcher space = SPACE.matcher(line);
            Matcher regions = REGIONS.matcher(line);
            if (text.startsWith("Metaspace ") || text.startsWith("class space ")) {
                metaspace(text);
            } else if (space.matches()) {
                space(space);
            } else if (text.startsWith("garbage-first heap")) {
                add(text);
            } else if (regions.matches()) {
                region("G1 young regions", regions.group(1));
                region("G1 survivor regions", regions.group(2));
            } else if (text.startsWith("ZHeap ") || text.contains(" soft max, ")) {
                add(text);
                pools.add(new JvmReport.Pool(
                        text.startsWith("ZHeap") ? "ZHeap" : "Shenandoah", used, committed, OptionalLong.empty()));
            } else if (TOTAL.matcher(text).find() && text.indexOf("used ") > 0) {
                long usedBefore = used;
                long committedBefore = committed;
                add(text);
                pools.add(new JvmReport.Pool(
                        text.substring(0, text.indexOf(" total ")).strip(),
                        used - usedBefore,
                        committed - committedBefore,
                        OptionalLong.empty()));
            }
        }

        private void add(String text) {
            used += bytes(USED.matcher(text));
            long first = bytes(COMMITTED.matcher(text));
            committed += first > 0 ? first : bytes(TOTAL.matcher(text));
        }

        /** Twice where both commands print it. */
        private void metaspace(String text) {
            boolean classes = text.startsWith("class");
            if (metaspaceSeen && pools.stream().anyMatch(p -> p.name().equals(classes ? "Class space" : "Metaspace"))) {
                return;
            }
            metaspaceSeen = true;
            pools.add(new JvmReport.Pool(
                    classes ? "Class space" : "Metaspace",
                    bytes(USED.matcher(text)),
                    bytes(COMMITTED.matcher(text)),
                    OptionalLong.empty()));
        }

        private void space(Matcher space) {
            String name = space.group(1);
            if (name == null || name.equals("object")) {
                return; // the whole of the generation above it
            }
            long size = Long.parseLong(space.group(2)) * unit(space.group(3));
            // [start, top, end): exact, where the line itself says whole per cent
            long spaceUsed = Long.parseUnsignedLong(space.group(5), 16) - Long.parseUnsignedLong(space.group(4), 16);
            pools.add(new JvmReport.Pool(name + " space", spaceUsed, size, OptionalLong.empty()));
        }

        private void region(String name, String kilobytes) {
            long bytes = Long.parseLong(kilobytes) * 1024;
            pools.add(new JvmReport.Pool(name, bytes, bytes, OptionalLong.empty()));
        }

        private static long bytes(Matcher matcher) {
            if (!matcher.find()) {
                return 0;
            }
            for (int group = 1; group < matcher.groupCount(); group += 2) {
                if (matcher.group(group) != null) {
                    return Long.parseLong(matcher.group(group)) * unit(matcher.group(group + 1));
                }
            }
            return 0;
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

    /** The limits of a process's control group, version 1 or 2 (cgroups(7)). */
    static final class Cgroup {

        private static final Path ROOT = Path.of("/sys/fs/cgroup");

        /** Version 1 writes "no limit" as the greatest number of whole pages. */
        private static final long UNLIMITED = 1L << 60;

        private Cgroup() {}

        static Optional<JvmReport.Container> of(long pid) {
            OptionalLong limit = OptionalLong.empty();
            OptionalLong used = OptionalLong.empty();
            Optional<Double> cpus = Optional.empty();
            for (String line : Proc.read(Proc.of(pid).resolve("cgroup")).split("\n", -1)) {
                String[] parts = line.split(":", 3); // number:controllers:path
                if (parts.length < 3) {
                    continue;
                }
                List<String> controllers = List.of(parts[1].split(",", -1));
                if (parts[0].equals("0") && parts[1].isEmpty()) {
                    Path group = deepest(ROOT, parts[2], "cgroup.controllers");
                    limit = limit.isPresent() ? limit : number(group.resolve("memory.max"));
                    used = used.isPresent() ? used : number(group.resolve("memory.current"));
                    cpus = cpus.isPresent() ? cpus : quota(Proc.read(group.resolve("cpu.max")));
                } else if (controllers.contains("memory")) {
                    Path group = deepest(ROOT.resolve("memory"), parts[2], "memory.limit_in_bytes");
                    limit = number(group.resolve("memory.limit_in_bytes"));
                    used = number(group.resolve("memory.usage_in_bytes"));
                } else if (controllers.contains("cpu")) {
                    Path group = deepest(ROOT.resolve("cpu"), parts[2], "cpu.cfs_quota_us");
                    cpus = quota(Proc.read(group.resolve("cpu.cfs_quota_us")).strip() + " "
                            + Proc.read(group.resolve("cpu.cfs_period_us")).strip());
                }
            }
            return limit.isEmpty() && cpus.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new JvmReport.Container(limit, used, cpus));
        }

        /** Inside a container the path is often that of the host, and the group itself is the root here. */
        private static Path deepest(Path root, String path, String file) {
            Path group = root.resolve("./" + path).normalize();
            return group.startsWith(root) && Files.exists(group.resolve(file)) ? group : root;
        }

        private static OptionalLong number(Path file) {
            try {
                long value = Long.parseLong(Proc.read(file).strip());
                return value < UNLIMITED ? OptionalLong.of(value) : OptionalLong.empty();
            } catch (NumberFormatException e) {
                return OptionalLong.empty(); // "max", or no such file
            }
        }

        /** {@code quota period}, in microseconds. */
        static Optional<Double> quota(String text) {
            String[] words = text.strip().split("\\s+", -1);
            try {
                double quota = Double.parseDouble(words[0]);
                return quota > 0 && words.length == 2
                        ? Optional.of(quota / Double.parseDouble(words[1]))
                        : Optional.empty();
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }
    }
}
