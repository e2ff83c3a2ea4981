package dev.sonde.commands.debug;

import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import dev.sonde.jvm.CallerFrame;
import java.util.Optional;
import java.util.OptionalInt;

/** One frame of the thread that stands. */
record FrameRow(
        @Shown(head = " ") String mark,
        int frame,
        @Shown(head = "METHOD", keepEnd = true) String method,
        @Shown(onlyTable = true) Optional<String> at,
        @Shown(onlyJson = true) Optional<String> file,
        @Shown(onlyJson = true) OptionalInt line)
        implements Row {

    static FrameRow of(CallerFrame frame, int number, boolean looked) {
        OptionalInt line = frame.line() > 0 ? OptionalInt.of(frame.line()) : OptionalInt.empty();
        return new FrameRow(
                looked ? "*" : "",
                number,
                frame.className() + "." + frame.method(),
                frame.file().map(file -> line.isPresent() ? file + ":" + line.getAsInt() : file),
                frame.file(),
                line);
    }

    @Override
    public String type() {
        return "frame";
    }
}
