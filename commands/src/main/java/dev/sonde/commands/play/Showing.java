package dev.sonde.commands.play;

import dev.sonde.commands.BaseCommand.ExpectationFailed;
import dev.sonde.commands.Context;
import dev.sonde.commands.ExportFolder;
import dev.sonde.commands.Output;
import dev.sonde.commands.Row;
import dev.sonde.commands.play.RunResult.Subject;
import dev.sonde.jvm.TargetError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A run with what is shown of it: its steps, what it came to, and its report. */
final class Showing {

    private static final int MOST_TOLD = 20;

    private final Context context;
    private final CheckedPlaybook playbook;
    private final String name;
    private final Optional<String> report;
    private final List<String> given;

    /** @param report a file, or the ending of one for a report instead of rows; empty for none */
    Showing(Context context, CheckedPlaybook playbook, String name, Optional<String> report, List<String> given) {
        this.context = context;
        this.playbook = playbook;
        this.name = name;
        this.report = report;
        this.given = given;
    }

    /** @throws ExpectationFailed with the exit code of the worst that happened */
    void show(List<Subject> targets, int mostAtOnce, boolean yes)
            throws ExpectationFailed, TargetError, InterruptedException {
        boolean instead = report.isPresent() && ReportFormat.isBare(report.get());
        Output output = instead ? noticesOf(context.output()) : context.output();
        Optional<ExportFolder.Export> export = Optional.empty();
        try {
            if (report.isPresent() && !instead) {
                // Before anything runs: a report that cannot be saved is known now and not in ten minutes.
                export = Optional.of(context.recordings().exports().begin(report.get()));
            }
            List<RunResult> runs = new PlayRun(context, output, playbook, yes).run(targets, mostAtOnce);
            Deviation deviation = new Deviation(runs);
            List<Verdict> verdicts = new ArrayList<>();
            for (RunResult run : runs) {
                verdicts.add(Verdict.of(playbook.written().name(), run, deviation.of(run)));
            }
            tell(output, verdicts);
            if (report.isPresent()) {
                Report written = new Report(
                        playbook,
                        name,
                        context.login(),
                        given,
                        runs,
                        verdicts,
                        TakenProfile.of(runs, context::profiles));
                save(written, export);
            }
            List<Outcome> outcomes = runs.stream().map(RunResult::outcome).toList();
            Optional<Outcome> worst = Outcome.worst(outcomes);
            if (worst.isPresent()) {
                throw new ExpectationFailed("", worst.get().exit());
            }
        } catch (IOException e) {
            throw new TargetError("no report was saved: " + e.getMessage(), e);
        } finally {
            if (export.isPresent()) {
                close(export.get());
            }
        }
    }

    private static void close(ExportFolder.Export export) {
        try {
            export.close();
        } catch (IOException e) {
            // what is not finished leaves nothing
        }
    }

    private void save(Report written, Optional<ExportFolder.Export> export) throws IOException {
        ReportFormat format = ReportFormat.of(report.orElse("")).orElseThrow();
        List<String> lines = written.as(format);
        if (export.isEmpty()) {
            context.output().row(new ReportRow(format, lines));
            return;
        }
        for (String line : lines) {
            export.get().line(line);
        }
        context.output().notice("the report is in " + export.get().finish());
    }

    private static void tell(Output output, List<Verdict> verdicts) {
        if (verdicts.size() == 1) {
            output.row(verdicts.get(0));
            return;
        }
        long told = 0;
        for (Verdict verdict : verdicts) {
            if (!verdict.outcome().good() && told++ < MOST_TOLD) {
                output.row(verdict);
            }
        }
        verdicts.forEach(verdict -> output.row(verdict.line()));
        long held =
                verdicts.stream().filter(verdict -> verdict.outcome().good()).count();
        long differ =
                verdicts.stream().filter(one -> one.deviates().isPresent()).count();
        output.notice(held + " of " + verdicts.size() + " held"
                + (differ == 0
                        ? ""
                        : ", " + differ + (differ == 1 ? " differs from the others" : " differ from the others")));
    }

    /** What a report is shown instead of. */
    private static Output noticesOf(Output output) {
        return new Output() {
            @Override
            public void row(Row row) {}

            @Override
            public void notice(String text) {
                output.notice(text);
            }

            @Override
            public void progress(String text) {
                output.progress(text);
            }
        };
    }
}
