package dev.sonde.commands.profile;

import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import dev.sonde.jvm.HeapHistogram;
import dev.sonde.profile.RecordingReader;

/** One class of a heap. */
record HeapRow(
        long objects,
        long sizeBytes,
        double ofHeapPercent,

        @Shown(json = "class", head = "CLASS", keepEnd = true)
        String className)
        implements Row {

    static HeapRow of(HeapHistogram.Count count, long heapBytes) {
        return new HeapRow(
                count.objects(),
                count.bytes(),
                heapBytes == 0 ? 0 : Math.round(count.bytes() * 1_000.0 / heapBytes) / 10.0,
                RecordingReader.human(count.className()));
    }

    @Override
    public String type() {
        return "heapClass";
    }
}
