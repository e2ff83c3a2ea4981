package dev.sonde.commands.jvm;

import dev.sonde.commands.output.Humane;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.jvm.JvmReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A JVM described, as a row. */
record JvmDescription(
        long pid,
        String name,
        String vm,
        String version,
        String command,
        Duration uptimeSeconds,
        List<String> jvmArguments,
        List<String> flags,
        long heapUsedBytes,
        long heapCommittedBytes,
        OptionalLong heapMaxBytes,
        OptionalLong rssBytes,
        List<Pool> pools,
        List<Collector> collectors,
        OptionalLong loadedClasses,
        OptionalLong unloadedClasses,
        OptionalLong threads,
        OptionalLong peakThreads,
        Optional<Container> container)
        implements Prose {

    private static final int LABEL = 12;

    record Pool(String name, long usedBytes, long committedBytes, OptionalLong maxBytes) {}

    record Collector(String name, long collections, Duration totalMs) {}

    record Container(OptionalLong memoryLimitBytes, OptionalLong memoryUsedBytes, OptionalDouble cpuLimit) {}

    static JvmDescription of(JvmReport jvm) {
        return new JvmDescription(
                jvm.id().pid(),
                jvm.name(),
                jvm.vm(),
                jvm.version(),
                jvm.command(),
                jvm.uptime(),
                jvm.jvmArguments(),
                jvm.flags(),
                jvm.heapUsedBytes(),
                jvm.heapCommittedBytes(),
                jvm.heapMaxBytes(),
                jvm.rssBytes(),
                jvm.pools().stream()
                        .map(pool -> new Pool(pool.name(), pool.usedBytes(), pool.committedBytes(), pool.maxBytes()))
                        .toList(),
                jvm.collectors().stream()
                        .map(one -> new Collector(one.name(), one.collections(), one.total()))
                        .toList(),
                jvm.loadedClasses(),
                jvm.unloadedClasses(),
                jvm.threads(),
                jvm.peakThreads(),
                jvm.container().map(JvmDescription::container));
    }

    private static Container container(JvmReport.Container container) {
        OptionalDouble cpus = container.cpuLimit().isPresent()
                ? OptionalDouble.of(container.cpuLimit().get())
                : OptionalDouble.empty();
        return new Container(container.memoryLimitBytes(), container.memoryUsedBytes(), cpus);
    }

    @Override
    public String type() {
        return "jvmReport";
    }

    @Override
    public void tell(Page page) {
        page.line(new Text().add(pid + " " + name, Style.STRONG).add("  up " + Humane.duration(uptimeSeconds)));
        say(page, "jvm", vm + " " + version);
        say(page, "command", command);
        say(page, "arguments", String.join(" ", jvmArguments));
        say(page, "flags", String.join(" ", flags));
        say(page, "heap", memory(heapUsedBytes, heapCommittedBytes, heapMaxBytes));
        rssBytes.ifPresent(rss -> say(page, "rss", Humane.bytes(rss)));
        container.ifPresent(limits -> say(page, "container", limited(limits)));
        loadedClasses.ifPresent(
                loaded -> say(page, "classes", Humane.count(loaded) + " loaded" + also(unloadedClasses, " unloaded")));
        threads.ifPresent(
                live -> say(page, "threads", Humane.count(live) + " live" + also(peakThreads, " at the peak")));
        for (Pool pool : pools) {
            say(page, "pool", pool.name + ": " + memory(pool.usedBytes, pool.committedBytes, pool.maxBytes));
        }
        for (Collector collector : collectors) {
            say(page, "collector", collected(collector));
        }
    }

    private static String also(OptionalLong count, String what) {
        return count.isPresent() ? ", " + Humane.count(count.getAsLong()) + what : "";
    }

    private static String memory(long used, long committed, OptionalLong max) {
        return "%s used of %s committed%s"
                .formatted(
                        Humane.bytes(used),
                        Humane.bytes(committed),
                        max.isPresent() ? ", at most " + Humane.bytes(max.getAsLong()) : "");
    }

    private static String collected(Collector collector) {
        String mean = collector.collections == 0
                ? ""
                : ", " + Humane.nanos(collector.totalMs.toNanos() / collector.collections) + " on average";
        return "%s: %s times, %s in all%s"
                .formatted(
                        collector.name,
                        Humane.count(collector.collections),
                        Humane.nanos(collector.totalMs.toNanos()),
                        mean);
    }

    private static String limited(Container limits) {
        List<String> parts = new ArrayList<>();
        limits.memoryUsedBytes.ifPresent(used -> parts.add(Humane.bytes(used) + " used"));
        limits.memoryLimitBytes.ifPresent(limit -> parts.add(Humane.bytes(limit) + " allowed"));
        limits.cpuLimit.ifPresent(cpus -> parts.add(cpus + " CPUs"));
        return String.join(", ", parts);
    }

    private static void say(Page page, String label, String text) {
        if (!text.isEmpty()) {
            page.line(
                    new Text()
                            .add("  " + label + " ".repeat(LABEL - label.length()), Style.FAINT)
                            .add(text),
                    2 + LABEL);
        }
    }
}
