package dev.sonde.commands.profile;

import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import dev.sonde.jvm.HeapHistogram;
import dev.sonde.profile.RecordingReader;
import java.time.Instant;
import java.util.Optional;

/** A class that has more in the heap than at the count before. */
record GrowthRow(
        Instant time,
        long grewBytes,
        @Shown(spare = true) long grewObjects,
        @Shown(head = "GROWTH/S") long growthBytesPerSecond,
        @Shown(spare = true) long sinceStartBytes,
        long sizeBytes,

        @Shown(json = "class", head = "CLASS", keepEnd = true)
        String className)
        implements Row {

    static GrowthRow of(
            Instant time,
            HeapHistogram.Count now,
            Optional<HeapHistogram.Count> before,
            Optional<HeapHistogram.Count> first,
            double seconds) {
        long grew = now.bytes() - before.map(HeapHistogram.Count::bytes).orElse(0L);
        return new GrowthRow(
                time,
                grew,
                now.objects() - before.map(HeapHistogram.Count::objects).orElse(0L),
                Math.round(grew / seconds),
                now.bytes() - first.map(HeapHistogram.Count::bytes).orElse(0L),
                now.bytes(),
                RecordingReader.human(now.className()));
    }

    @Override
    public String type() {
        return "growth";
    }
}
