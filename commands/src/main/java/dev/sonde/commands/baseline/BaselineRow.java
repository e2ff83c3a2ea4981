package dev.sonde.commands.baseline;

import dev.sonde.commands.Row;
import dev.sonde.commands.baseline.Baseline.Series;
import dev.sonde.commands.baseline.Baseline.Window;
import dev.sonde.commands.output.Shown;
import java.time.Instant;
import java.util.List;

/** A baseline, in a few words. */
record BaselineRow(
        @Shown(head = "BASELINE") String name,
        @Shown(head = "JVM") String jvm,
        @Shown(head = "VERSION") int version,
        Instant time,
        @Shown(spare = true) String java,
        List<String> methods,
        int windows,
        @Shown(spare = true) double windowMs,
        long calls,
        @Shown(head = "SAMPLES", spare = true) long samples)
        implements Row {

    static BaselineRow of(Baseline baseline) {
        return new BaselineRow(
                baseline.name(),
                baseline.jvm(),
                baseline.version(),
                baseline.time(),
                baseline.java(),
                baseline.methods(),
                baseline.series().stream()
                        .mapToInt(series -> series.windows().size())
                        .max()
                        .orElse(0),
                baseline.windowMs(),
                baseline.series().stream()
                        .map(Series::windows)
                        .flatMap(List::stream)
                        .mapToLong(Window::calls)
                        .sum(),
                baseline.profile().map(Baseline.Sampled::samples).orElse(0L));
    }

    @Override
    public String type() {
        return "baseline";
    }
}
