package dev.sonde.commands.debug;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Context;
import dev.sonde.commands.Debugger;
import dev.sonde.commands.Example;
import dev.sonde.commands.Exit;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Line;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.TargetError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code on}: lines that are run whenever a breakpoint has stopped a thread. */
@Command(name = "on", description = "run a line whenever a breakpoint has stopped a thread")
@Needs(Grant.SUSPEND)
@Example("on 1 print quantity")
@Example("on 1 continue")
@Example("on 1")
@Example("on 1 --clear")
final class OnCommand extends BaseCommand {

    private static final int MOST_LINES = 20;

    /** What is of no use at a hit, or would never come to an end. */
    private static final Set<String> NOT_AT_A_HIT = Set.of("on", "exit", "select", "detach", "play");

    private final Catalogue catalogue;

    @Parameters(index = "0", paramLabel = "ID", description = "a number as breakpoints lists them")
    private int id;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "LINE",
            description =
                    "a command as it is typed; with continue as the last of them no thread is kept. None lists them")
    private Optional<String> typed = Optional.empty();

    @Option(names = "--clear", description = "run none any more")
    private boolean clear;

    OnCommand(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public boolean endsInText() {
        return true;
    }

    /** What follows the number is a line: in quotes as one word, or as its own words with the quotes that are theirs. */
    @Override
    public List<String> arguments(List<Line.Word> words) {
        List<String> all = new ArrayList<>(super.arguments(words));
        int line =
                1 + (int) all.stream().takeWhile(word -> word.startsWith("-")).count();
        if (line + 1 < words.size()) {
            all.subList(line, all.size()).clear();
            all.add(Line.typed(words.subList(line, words.size())));
        }
        return all;
    }

    @Override
    public void check() throws UsageError {
        if (typed.isPresent() && !clears()) {
            if (clear) {
                throw new UsageError("either LINE or --clear is accepted");
            }
            parsed();
        }
    }

    private boolean clears() {
        return typed.map("--clear"::equals).orElse(clear);
    }

    private Catalogue.Invocation parsed() throws UsageError {
        Line line = Line.parse(typed.orElse(""));
        if (line.target().isPresent()) {
            throw new UsageError("a line at a hit runs on the breakpoint's own target; no @TARGET is accepted");
        }
        Catalogue.Invocation parsed = catalogue.parse(line);
        String name = parsed.command().name().split(" ", 2)[0];
        if (NOT_AT_A_HIT.contains(name)) {
            throw new UsageError(name + " is not run at a hit");
        }
        return parsed;
    }

    @Override
    public void run(Context context) throws UsageError, TargetError, ExpectationFailed {
        Debugger.Breakpoint one = context.debugger().breakpoint(id);
        if (clears()) {
            one.runs(List.of());
        } else if (typed.isPresent()) {
            add(one, typed.get().strip(), context);
        }
        one.lines().forEach(line -> context.output().row(new OnRow(id, line)));
        if (one.lines().isEmpty()) {
            context.output().notice("nothing is run when breakpoint " + id + " has stopped a thread");
        }
    }

    private void add(Debugger.Breakpoint one, String line, Context context)
            throws UsageError, TargetError, ExpectationFailed {
        Catalogue.Invocation parsed = parsed();
        Grant needs = parsed.body().needs(parsed.command().needs());
        if (!context.grant().covers(needs)) {
            throw new ExpectationFailed(
                    parsed.command().name() + " needs the grant "
                            + needs.name().toLowerCase(Locale.ROOT) + "; yours is "
                            + context.grant().name().toLowerCase(Locale.ROOT),
                    Exit.NOT_GRANTED);
        }
        List<String> lines = new ArrayList<>(one.lines());
        if (lines.size() == MOST_LINES) {
            throw new TargetError("breakpoint " + id + " has " + MOST_LINES + " lines already; on " + id
                    + " --clear takes them away");
        }
        // By its own name, since it says whether a thread is kept.
        lines.add(parsed.command().name().equals("continue") ? line.replaceFirst("^\\S+", "continue") : line);
        one.runs(lines);
    }
}
