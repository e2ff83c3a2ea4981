package dev.sonde.commands.guard;

import dev.sonde.commands.output.Humane;
import dev.sonde.jvm.JvmGauges;
import dev.sonde.weave.plain.PlainType;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A number that a rule may name, {@code threads.total} say: read from what a JVM tells by itself, so that looking is free. */
enum Gauge {
    THREADS_TOTAL("threads", "total", "threads that live, virtual ones apart") {
        @Override
        OptionalDouble of(Optional<JvmGauges> before, JvmGauges now) {
            return number(now.threads());
        }
    },
    THREADS_DAEMON("threads", "daemon", "of these the daemons") {
        @Override
        OptionalDouble of(Optional<JvmGauges> before, JvmGauges now) {
            return number(now.daemonThreads());
        }
    },
    THREADS_PEAK("threads", "peak", "the most there were") {
        @Override
        OptionalDouble of(Optional<JvmGauges> before, JvmGauges now) {
            return number(now.peakThreads());
        }
    },
    THREADS_STARTED("threads", "started", "threads started since the JVM began") {
        @Override
        OptionalDouble of(Optional<JvmGauges> before, JvmGauges now) {
            return number(now.startedThreads());
        }
    },
    HEAP_USED("heap", "used", "bytes in use at the end of the last collection") {
        @Override
        OptionalDouble of(Optional<JvmGauges> before, JvmGauges now) {
            return number(now.heapUsedBytes());
        }
    },
    HEAP_OLD("heap", "oldAfterGc", "of these the bytes in the old generation") {
        @Override
        OptionalDouble of(Optional<JvmGauges> before, JvmGauges now) {
            return number(now.oldUsedBytes());
        }
    },
    HEAP_COMMITTED("heap", "committed", "bytes that the JVM has taken for the heap") {
        @Override
        OptionalDouble of(Optional<JvmGauges> before, JvmGauges now) {
            return number(now.heapCommittedBytes());
        }
    },
    HEAP_MAX("heap", "max", "the most bytes that the heap may have") {
        @Override
        OptionalDouble of(Optional<JvmGauges> before, JvmGauges now) {
            return number(now.heapMaxBytes());
        }
    },
    HEAP_PERCENT("heap", "percent", "used, in per cent of max") {
        @Override
        OptionalDouble of(Optional<JvmGauges> before, JvmGauges now) {
            return now.heapUsedBytes().isPresent() && now.heapMaxBytes().orElse(0) > 0
                    ? OptionalDouble.of(100.0
                            * now.heapUsedBytes().getAsLong()
                            / now.heapMaxBytes().getAsLong())
                    : OptionalDouble.empty();
        }
    },
    GC_COLLECTIONS("gc", "collections", "collections since the JVM began") {
        @Override
        OptionalDouble of(Optional<JvmGauges> before, JvmGauges now) {
            return number(now.collections());
        }
    },
    GC_PERCENT("gc", "percent", "time in collections since the last look, in per cent") {
        @Override
        OptionalDouble of(Optional<JvmGauges> before, JvmGauges now) {
            return now.collecting().isPresent()
                    ? share(
                            before.flatMap(JvmGauges::collecting),
                            now.collecting().get(),
                            before,
                            now)
                    : OptionalDouble.empty();
        }
    },
    CPU_PERCENT("cpu", "percent", "CPU since the last look, in per cent of one CPU") {
        @Override
        OptionalDouble of(Optional<JvmGauges> before, JvmGauges now) {
            return share(before.map(JvmGauges::cpu), now.cpu(), before, now);
        }
    },
    MEMORY_RSS("memory", "rss", "bytes of the process in memory") {
        @Override
        OptionalDouble of(Optional<JvmGauges> before, JvmGauges now) {
            return number(now.rssBytes());
        }
    },
    MEMORY_METASPACE("memory", "metaspace", "bytes of metaspace in use") {
        @Override
        OptionalDouble of(Optional<JvmGauges> before, JvmGauges now) {
            return number(now.metaspaceUsedBytes());
        }
    },
    CLASSES_LOADED("classes", "loaded", "classes that are loaded") {
        @Override
        OptionalDouble of(Optional<JvmGauges> before, JvmGauges now) {
            return number(now.loadedClasses());
        }
    },
    FILES_OPEN("files", "open", "files and sockets that the process has open") {
        @Override
        OptionalDouble of(Optional<JvmGauges> before, JvmGauges now) {
            return number(now.openFiles());
        }
    },
    JVM_UPTIME("jvm", "uptime", "seconds since the JVM began") {
        @Override
        OptionalDouble of(Optional<JvmGauges> before, JvmGauges now) {
            return OptionalDouble.of(now.uptime().toMillis() / 1e3);
        }
    };

    private final String group;
    private final String called;
    private final String about;

    Gauge(String group, String called, String about) {
        this.group = group;
        this.called = called;
        this.about = about;
    }

    /** Its value; empty when the JVM does not tell, or there was no look before to compare with. */
    abstract OptionalDouble of(Optional<JvmGauges> before, JvmGauges now);

    /** As a rule names it. */
    String typed() {
        return group + "." + called;
    }

    String about() {
        return about;
    }

    /** The type of each group of them, by its name. */
    static Map<String, PlainType> types() {
        Map<String, Map<String, PlainType>> groups = new LinkedHashMap<>();
        for (Gauge gauge : values()) {
            groups.computeIfAbsent(gauge.group, any -> new LinkedHashMap<>())
                    .put(gauge.called, PlainType.Simple.NUMBER);
        }
        Map<String, PlainType> types = new LinkedHashMap<>();
        groups.forEach((name, fields) -> types.put(name, new PlainType.Fields("row.gauge." + name, fields)));
        return types;
    }

    /** Their values as expressions see them; what is not told is left out. */
    static Map<String, Object> read(Optional<JvmGauges> before, JvmGauges now) {
        Map<String, Map<String, Double>> groups = new LinkedHashMap<>();
        for (Gauge gauge : values()) {
            Map<String, Double> group = groups.computeIfAbsent(gauge.group, any -> new LinkedHashMap<>());
            gauge.of(before, now).ifPresent(value -> group.put(gauge.called, value));
        }
        return new LinkedHashMap<>(groups);
    }

    /** A value of an expression for a person: of one that is a gauge, in its unit. */
    static String shown(String expression, double value) {
        Optional<Gauge> gauge = Arrays.stream(values())
                .filter(each -> each.typed().equals(expression))
                .findFirst();
        if (gauge.isPresent() && gauge.get().about.contains("bytes")) {
            return Humane.bytes(Math.round(value));
        }
        if (expression.endsWith(".percent")) {
            return Humane.percent(value);
        }
        if (expression.matches("count\\(.*\\)\\s*\\.\\s*(mean|p50|p90|p99|max)")) {
            return Humane.nanos(Math.round(value * 1e6));
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Humane.count(Math.round(value))
                : Double.toString(Math.round(value * 100) / 100.0);
    }

    private static OptionalDouble number(OptionalLong told) {
        return told.isPresent() ? OptionalDouble.of(told.getAsLong()) : OptionalDouble.empty();
    }

    private static OptionalDouble share(
            Optional<Duration> first, Duration last, Optional<JvmGauges> before, JvmGauges now) {
        if (first.isEmpty() || before.isEmpty()) {
            return OptionalDouble.empty();
        }
        double between = Duration.between(before.get().time(), now.time()).toNanos();
        return between <= 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(100.0 * last.minus(first.get()).toNanos() / between);
    }
}
