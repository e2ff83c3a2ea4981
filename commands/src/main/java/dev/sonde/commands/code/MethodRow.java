package dev.sonde.commands.code;

import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import dev.sonde.jvm.LoadedCode.MethodReport;
import java.util.Optional;
import java.util.OptionalInt;

/** One method of a loaded class. */
record MethodRow(
        @Shown(json = "class", onlyJson = true) String className,
        String method,
        String returns,
        @Shown(spare = true) String modifiers,
        @Shown(onlyJson = true) OptionalInt firstLine,
        @Shown(onlyJson = true) OptionalInt lastLine,
        @Shown(onlyTable = true) String lines,
        @Shown(onlyJson = true) boolean woven,
        @Shown(onlyJson = true) Optional<String> refusal,
        @Shown(onlyTable = true) String note)
        implements Row {

    static MethodRow of(MethodReport report) {
        return new MethodRow(
                report.className(),
                report.method(),
                report.returns(),
                report.modifiers(),
                report.firstLine(),
                report.lastLine(),
                lines(report),
                report.woven(),
                report.refusal(),
                report.woven() ? "woven" : report.refusal().isPresent() ? "refused" : "");
    }

    @Override
    public String type() {
        return "method";
    }

    private static String lines(MethodReport report) {
        if (report.firstLine().isEmpty()) {
            return "";
        }
        int first = report.firstLine().getAsInt();
        int last = report.lastLine().orElse(first);
        return first == last ? Integer.toString(first) : first + "–" + last;
    }
}
