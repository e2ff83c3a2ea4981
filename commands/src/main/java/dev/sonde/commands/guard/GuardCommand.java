package dev.sonde.commands.guard;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Exit;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.NearNames;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Row;
import dev.sonde.commands.TargetPattern;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.play.MarkedYaml;
import dev.sonde.commands.play.PlaybookError;
import dev.sonde.jvm.TargetError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code guard}: has the server keep watching, with rules that run playbooks when they come true. */
@Command(name = "guard", description = "keep watching JVMs with rules: one that comes true runs a playbook, and tells")
@Needs(Grant.OBSERVE)
@Gives(GuardCommand.SetRow.class)
@Example("guard leaks --on orders")
@Example("guard leaks --check")
final class GuardCommand extends BaseCommand {

    /** Those that come with Sonde; a test compares them with the folder. */
    static final List<String> SHIPPED = List.of("leaks", "pressure");

    private final Catalogue catalogue;

    @Parameters(
            paramLabel = "GUARD",
            arity = "0..1",
            description = "one that was stopped, or one that comes with Sonde: leaks, pressure; without one, or for -,"
                    + " its file comes on the standard input")
    private Optional<String> name = Optional.empty();

    @Option(names = "--on", paramLabel = "GLOB", description = "watch these JVMs, and not those that its file names")
    private Optional<String> on = Optional.empty();

    @Option(names = "--check", description = "look at all of it, and watch nothing; lists all that is wrong")
    private boolean checkOnly;

    GuardCommand(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public void check() throws UsageError {
        if (on.isPresent() && (on.get().isBlank() || on.get().startsWith("@"))) {
            throw new UsageError("--on: '" + on.get() + "' is not a pid, a name or a glob such as orders*");
        }
    }

    @Override
    public void run(Context context) throws UsageError, TargetError, ExpectationFailed {
        boolean typed = name.isEmpty() || name.get().equals("-");
        String text = typed ? typed(context) : find(context, name.get());
        String file = typed ? "input" : name.get() + ".yaml";
        Guard guard;
        try {
            guard = GuardReader.read(
                    file, text, context, catalogue, context.guards().channels());
        } catch (PlaybookError e) {
            if (checkOnly) {
                throw e.tell(context.output());
            }
            throw e.asUsageError("guard --check");
        }
        if (on.isPresent()) {
            guard = guard.on(new TargetPattern(on.get()));
        }
        if (!context.grant().covers(guard.needs())) {
            throw new ExpectationFailed(
                    guard.name() + " needs the grant " + lower(guard.needs()) + " for what it runs; yours is "
                            + lower(context.grant()),
                    Exit.NOT_GRANTED);
        }
        if (!checkOnly) {
            context.guards().set(guard);
        }
        context.output().row(SetRow.of(guard, checkOnly ? "checked" : "watches"));
        if (!checkOnly) {
            context.output()
                    .notice("guards shows how it stands, guard show " + guard.name() + " what it found; guard stop "
                            + guard.name() + " ends it");
        }
    }

    private static String typed(Context context) throws UsageError {
        try {
            String text = context.input().all(MarkedYaml.MOST_CHARS);
            if (text.isBlank()) {
                throw new UsageError("GUARD is missing, and no file came on the standard input; there are "
                        + String.join(", ", SHIPPED));
            }
            return text;
        } catch (IOException e) {
            throw UsageError.withoutUsage(String.valueOf(e.getMessage()));
        }
    }

    private static String find(Context context, String name) throws UsageError {
        Optional<Guards.Kept> kept = context.guards().find(name);
        if (kept.isPresent()) {
            return kept.get().text();
        }
        if (SHIPPED.contains(name)) {
            return shipped(name);
        }
        List<String> names = new ArrayList<>(SHIPPED);
        context.guards().all().forEach(each -> names.add(each.name()));
        String near = NearNames.suffix(name, names);
        throw UsageError.withoutUsage("no guard is called " + name
                + (near.isEmpty() ? "; there are " + String.join(", ", names) : near)
                + "; a file of yours comes on the standard input: ssh bastion guard < mine.yaml");
    }

    static String shipped(String name) {
        try (InputStream in = GuardCommand.class.getResourceAsStream("shipped/" + name + ".yaml")) {
            if (in == null) {
                throw new IllegalStateException(name + ".yaml is not there");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String lower(Grant grant) {
        return grant.name().toLowerCase(Locale.ROOT);
    }

    /** A guard that was set, or looked at. */
    record SetRow(String guard, String state, String on, long everySeconds, int rules, Grant needs) implements Row {

        static SetRow of(Guard guard, String state) {
            return new SetRow(
                    guard.name(),
                    state,
                    guard.on().text(),
                    guard.every().toSeconds(),
                    guard.rules().size(),
                    guard.needs());
        }

        @Override
        public String type() {
            return "guardSet";
        }
    }
}
