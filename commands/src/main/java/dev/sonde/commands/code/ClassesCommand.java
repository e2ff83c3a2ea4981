package dev.sonde.commands.code;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Output;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.output.Humane;
import dev.sonde.jvm.LoadedCode;
import dev.sonde.jvm.LoadedCode.ClassChoice;
import dev.sonde.jvm.LoadedCode.ClassReport;
import dev.sonde.jvm.LoadedCode.ClassReports;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code classes}: which classes are loaded, from where, and whether a probe can be set on them. */
@Command(name = "classes", description = "list loaded classes: loader, jar, version, and why one cannot be woven")
@Needs(Grant.INSTRUMENT)
@Gives(ClassRow.class)
@Example("classes '*Order*'")
@Example("classes shop.OrderService --verify")
@Example("classes 'java.util.*Map' --loader boot -n 5")
final class ClassesCommand extends TargetCommand {

    private static final int MOST_CHANGES = 10;

    @Parameters(
            index = "0",
            paramLabel = "CLASS",
            description = "a name, simple or qualified; * and ? stand for anything")
    private String glob = "";

    @Option(names = "--loader", paramLabel = "L", description = "only those of this loader")
    private Optional<String> loader = Optional.empty();

    @Option(names = "-n", paramLabel = "N", description = "the most to list", defaultValue = "500")
    private int most;

    @Option(
            names = "--verify",
            description = "compare the code that runs with the class files: tells what other agents changed."
                    + " Retransforms the first " + LoadedCode.MOST_VERIFIED
                    + " without a change, which stops the JVM for some milliseconds")
    private boolean verify;

    @Option(names = "--generated", description = "also those made at run time: lambdas, proxies, accessors")
    private boolean generated;

    @Override
    public void check() throws UsageError {
        if (most < 1 || most > 100_000) {
            throw new UsageError("-n: '" + most + "' is not between 1 and 100,000");
        }
    }

    @Override
    protected void run(Target target, Context context) throws TargetError {
        Output output = context.output();
        target.warning().ifPresent(output::notice);
        ClassReports found = target.code().classes(new ClassChoice(glob, loader), most, verify);
        found.notices().forEach(output::notice);
        // A lambda has a class of its own in each JVM: rows that say nothing.
        List<ClassReport> shown = found.classes().stream()
                .filter(report ->
                        generated || !glob.contains("*") || !report.kind().equals("generated"))
                .toList();
        shown.forEach(report -> output.row(ClassRow.of(report)));
        Refused.tell(
                output,
                shown.stream()
                        .filter(report -> report.refusal().isPresent())
                        .map(report ->
                                new Refused(report.name(), report.refusal().orElse("")))
                        .toList());
        int left = found.classes().size() - shown.size();
        if (left > 0) {
            output.notice(
                    "left out: " + Humane.count(left) + " made at run time (lambdas, proxies); --generated shows them");
        }
        for (ClassReport report : shown) {
            List<String> changes = report.changes().orElse(List.of());
            if (!changes.isEmpty()) {
                output.notice("changed: " + report.name() + ": "
                        + String.join(", ", changes.subList(0, Math.min(MOST_CHANGES, changes.size())))
                        + (changes.size() > MOST_CHANGES ? ", and " + (changes.size() - MOST_CHANGES) + " more" : ""));
            }
        }
        if (found.matched() == 0) {
            output.notice("none of " + Humane.count(found.scanned()) + " loaded classes fits '" + glob + "'"
                    + loader.map(name -> " in the loader " + name).orElse(""));
        } else if (found.matched() > found.classes().size()) {
            output.notice(Humane.count(found.classes().size()) + " of " + Humane.count(found.matched())
                    + " that fit; -n shows more");
        }
    }
}
