package dev.sonde.commands.play;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Exit;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.TargetPattern;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.play.RunResult.Subject;
import dev.sonde.jvm.TargetError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code play}: runs a playbook, after all of it was checked. */
@Command(name = "play", description = "run a playbook: checks all of it, runs its steps, says what it found")
@Needs(Grant.OBSERVE)
@Example("play health")
@Example("play deadlock --report deadlock.html")
@Example("play slow-method class=OrderService method=place slow=20 time=3s --dry-run")
@Example("play health --on 'orders*'")
final class PlayCommand extends BaseCommand {

    private final Catalogue catalogue;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PLAYBOOK",
            description = "its name; without one, or for -, it comes on the standard input")
    private Optional<String> name = Optional.empty();

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "KEY=VALUE",
            description = "its inputs; play show PLAYBOOK tells which it has")
    private List<String> given = List.of();

    @Option(names = "--on", paramLabel = "GLOB", description = "run it on each JVM that fits, at the same time")
    private Optional<String> on = Optional.empty();

    @Option(names = "--dry-run", description = "check it, and show which lines it would run where; run nothing")
    private boolean dryRun;

    @Option(
            names = "--max-parallel",
            paramLabel = "N",
            description = "targets that it runs on at the same time",
            defaultValue = "8")
    private int mostAtOnce = 8;

    @Option(names = "--yes", description = "answer yes to what the playbook asks")
    private boolean yes;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "save a report in your folder of the server's recordings, as .md, .html, .json or .xml"
                    + " (JUnit's); the ending alone shows it instead of the steps")
    private Optional<String> report = Optional.empty();

    PlayCommand(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public boolean wantsTarget() {
        return true;
    }

    /** One run on all, which tells who deviates, and not a run on each. */
    @Override
    public List<String> onAll(String pattern) {
        return on.isPresent() ? List.of() : List.of("--on", pattern);
    }

    @Override
    public void check() throws UsageError {
        if (mostAtOnce < 1 || mostAtOnce > 256) {
            throw new UsageError("--max-parallel: '" + mostAtOnce + "' is not between 1 and 256");
        }
        if (report.isPresent() && ReportFormat.of(report.get()).isEmpty()) {
            throw new UsageError("--report: '" + report.get() + "' does not end in md, html, json or xml");
        }
    }

    @Override
    public void run(Context context) throws UsageError, TargetError, ExpectationFailed, InterruptedException {
        Library.Entry entry = Library.named(context, name);
        CheckedPlaybook playbook = checked(entry);
        granted(context, playbook);
        List<Subject> targets = targets(context, playbook);
        if (dryRun) {
            playbook.all().forEach(step -> step.line()
                    .ifPresent(line -> context.output().row(PlannedStep.of(step, line, playbook.inputs()))));
            context.output()
                    .notice("nothing was run; it would run on "
                            + (targets.isEmpty()
                                    ? "no target"
                                    : targets.stream().map(Subject::toString).collect(Collectors.joining(", "))));
            return;
        }
        if (playbook.asks() && !yes && !context.input().person()) {
            throw UsageError.withoutUsage(
                    playbook.written().name() + " asks, and nobody is here to answer; --yes answers yes");
        }
        new Showing(context, playbook, entry.name(), report, given).show(targets, mostAtOnce, yes);
    }

    private CheckedPlaybook checked(Library.Entry entry) throws UsageError {
        try {
            return Checker.check(catalogue, PlaybookReader.read(entry.file(), entry.text()), given);
        } catch (PlaybookError e) {
            throw e.asUsageError();
        }
    }

    /**
     * Looks at it before it runs, for whoever runs it while nobody is there.
     *
     * @return the highest grant of its steps
     * @throws UsageError also where it would need a person, or says itself on which JVM it runs
     */
    Grant unattended(Context context) throws UsageError {
        if (name.isEmpty() || name.get().equals("-")) {
            throw UsageError.withoutUsage("the name of a playbook is expected, and its inputs as KEY=VALUE");
        }
        if (on.isPresent() || dryRun || report.isPresent()) {
            throw UsageError.withoutUsage(
                    "--on, --dry-run and --report are not for a guard: it runs on the JVM that its"
                            + " rule is true of, and keeps a report");
        }
        CheckedPlaybook playbook = checked(Library.find(context, name.get()));
        if (playbook.asks() && !yes) {
            throw UsageError.withoutUsage(name.get() + " asks, and nobody is there to answer; --yes answers yes");
        }
        return playbook.needs();
    }

    private static void granted(Context context, CheckedPlaybook playbook) throws ExpectationFailed {
        Optional<CheckedPlaybook.Step> first = playbook.all()
                .filter(step -> step.line()
                        .filter(line -> !context.grant().covers(line.needs()))
                        .isPresent())
                .findFirst();
        if (first.isPresent()) {
            throw new ExpectationFailed(
                    playbook.written().file() + ":" + first.get().at() + ": the step "
                            + first.get().name()
                            + " needs the grant " + lower(playbook.needs()) + "; yours is "
                            + lower(context.grant()) + "; nothing was run",
                    Exit.NOT_GRANTED);
        }
    }

    private static String lower(Grant grant) {
        return grant.name().toLowerCase(Locale.ROOT);
    }

    private List<Subject> targets(Context context, CheckedPlaybook playbook) throws UsageError, TargetError {
        if (on.isPresent()) {
            List<Subject> found = new ArrayList<>();
            for (var jvm : new TargetPattern(on.get()).select(context.visible())) {
                found.add(new Subject(jvm.id().toString(), jvm.name()));
            }
            return found;
        }
        if (context.target().isEmpty() && playbook.wantsTarget()) {
            throw UsageError.withoutUsage("no target is selected; @PID or @NAME selects one, --on GLOB takes several");
        }
        return context.target().stream()
                .map(target -> new Subject(target.id().toString(), target.name()))
                .toList();
    }
}
