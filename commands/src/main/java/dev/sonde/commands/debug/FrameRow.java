package dev.sonde.commands.debug;

import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import dev.sonde.jvm.CallerFrame;
import dev.sonde.jvm.Variables;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One frame of the thread that stands.
 *
 * @param variables {@code now} when its variables are told as they are, {@code lineBegan} when as they were when its line began; absent
 *     when nobody looked, or they are not known
 */
record FrameRow(
        @Shown(head = " ") String mark,
        int frame,
        @Shown(head = "METHOD", keepEnd = true) String method,
        @Shown(onlyTable = true) Optional<String> at,
        @Shown(onlyJson = true) Optional<String> file,
        @Shown(onlyJson = true) OptionalInt line,
        @Shown(onlyJson = true) Optional<String> variables)
        implements Row {

    static FrameRow of(CallerFrame frame, int number, boolean looked, Optional<Variables> there) {
        OptionalInt line = frame.line() > 0 ? OptionalInt.of(frame.line()) : OptionalInt.empty();
        return new FrameRow(
                looked ? "*" : "",
                number,
                frame.className() + "." + frame.method(),
                frame.file().map(file -> line.isPresent() ? file + ":" + line.getAsInt() : file),
                frame.file(),
                line,
                there.map(variables -> variables.isNow() ? "now" : "lineBegan"));
    }

    @Override
    public String type() {
        return "frame";
    }
}
