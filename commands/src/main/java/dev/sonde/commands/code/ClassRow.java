package dev.sonde.commands.code;

import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import dev.sonde.jvm.LoadedCode.ClassReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One loaded class. */
record ClassRow(
        @Shown(json = "class", head = "CLASS", keepEnd = true)
        String className,

        @Shown(onlyJson = true) String kind,
        String loader,
        @Shown(onlyJson = true) Optional<String> origin,
        @Shown(onlyTable = true, head = "ORIGIN") String jar,
        Optional<String> version,
        @Shown(onlyJson = true) boolean woven,
        @Shown(onlyJson = true) Optional<String> refusal,
        @Shown(onlyJson = true) Optional<List<String>> changes,
        @Shown(onlyTable = true) String note)
        implements Row {

    static ClassRow of(ClassReport report) {
        return new ClassRow(
                report.name(),
                report.kind(),
                report.loader(),
                report.origin(),
                report.origin().map(ClassRow::last).orElse("made at run time"),
                report.version(),
                report.woven(),
                report.refusal(),
                report.changes(),
                note(report));
    }

    @Override
    public String type() {
        return "class";
    }

    private static String last(String path) {
        String whole = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return whole.substring(whole.lastIndexOf('/') + 1);
    }

    /** In a word each: what there is to say of it stands below the table, where it is not cut. */
    private static String note(ClassReport report) {
        List<String> words = new ArrayList<>();
        if (report.woven()) {
            words.add("woven");
        }
        report.changes().ifPresent(changes -> words.add(changes.isEmpty() ? "unchanged" : "changed"));
        if (report.refusal().isPresent()) {
            words.add("refused");
        }
        return String.join(", ", words);
    }
}
