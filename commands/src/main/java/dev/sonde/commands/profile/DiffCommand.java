package dev.sonde.commands.profile;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.Amounts;
import dev.sonde.profile.Difference;
import dev.sonde.profile.Profile;
import dev.sonde.profile.Top;
import dev.sonde.profile.ValueType;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code diff}: what grew and what shrank between two profiles. */
@Command(name = "diff", description = "show what grew and what shrank between two profiles, what changed most first")
@Needs(Grant.OBSERVE)
@Example("diff 1 4")
@Example("diff 1 4 --normalize --by class")
@Example("diff --base 1 4")
final class DiffCommand extends BaseCommand {

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "BEFORE",
            description = "the profile before, or both as 3..7: numbers, or files among your recordings on the server")
    private Optional<String> before = Optional.empty();

    @Parameters(index = "1", arity = "0..1", paramLabel = "AFTER", description = "the profile after; else the newest")
    private Optional<String> after = Optional.empty();

    @Option(
            names = "--base",
            paramLabel = "PROFILE",
            description = "the profile before, so that the one that is named besides is the one after")
    private Optional<String> base = Optional.empty();

    @Option(names = "-n", paramLabel = "N", description = "the most to show", defaultValue = "15")
    private int most;

    @Option(names = "--cum", description = "by what changed in what it calls, too")
    private boolean cum;

    @Option(names = "--normalize", description = "scale the first to the whole of the second: only shares count")
    private boolean normalise;

    @Mixin
    private ByOption by = new ByOption();

    @Mixin
    private LookOptions look = new LookOptions();

    @Override
    public void check() throws UsageError {
        for (Optional<String> one : List.of(before, after, base)) {
            if (one.isPresent()) {
                Chosen.check(one.get());
            }
        }
        if (before.isEmpty() && base.isEmpty()) {
            throw new UsageError("the profile before is missing, as in diff 3 7");
        }
        if (base.isPresent() && after.isPresent()) {
            throw new UsageError("either --base and the one after, or the one before and the one after are accepted");
        }
        look.check();
        if (most < 1 || most > 10_000) {
            throw new UsageError("-n: '" + most + "' is not between 1 and 10,000");
        }
    }

    @Override
    public void run(Context context) throws UsageError, TargetError {
        Chosen chosen = chosen(context);
        Difference difference = chosen.difference().orElseThrow();
        Profile changed = look.of(chosen.profile());
        int type = look.type(changed);
        Top top = Top.of(changed, type, by.by, cum);
        context.output().row(TopRow.of(chosen, top, type, most));
        context.output().row(new SummaryRow(inWords(changed.types().get(type), difference, type, top)));
    }

    private Chosen chosen(Context context) throws TargetError {
        Optional<String> first = base.or(() -> before);
        Optional<String> second = base.isPresent() ? before : after;
        String typed = first.orElseThrow();
        if (second.isEmpty() && base.isEmpty() && typed.contains("..")) {
            int dots = typed.indexOf("..");
            return Chosen.between(context, typed.substring(0, dots), typed.substring(dots + 2), normalise, look.kind());
        }
        String latter = second.isPresent() ? second.get() : Long.toString(Chosen.newest(context.profiles()));
        return Chosen.between(context, typed, latter, normalise, look.kind());
    }

    private static List<String> inWords(ValueType kind, Difference difference, int type, Top top) {
        long first = difference.before().get(type);
        long second = difference.after().get(type);
        String whole = Amounts.of(kind, first).text(first) + " before, "
                + Amounts.of(kind, second).text(second) + " after";
        List<String> grown = top.entries().stream()
                .filter(entry -> entry.flat() > 0)
                .limit(3)
                .map(entry -> said(kind, entry, first))
                .toList();
        List<String> shrunk = top.entries().stream()
                .filter(entry -> entry.flat() < 0)
                .limit(3)
                .map(entry -> said(kind, entry, first))
                .toList();
        return List.of(
                whole,
                grown.isEmpty() ? "nothing grew" : "grew: " + String.join(", ", grown),
                shrunk.isEmpty() ? "nothing shrank" : "shrank: " + String.join(", ", shrunk));
    }

    private static String said(ValueType kind, Top.Entry entry, long whole) {
        long size = Math.abs(entry.flat());
        return entry.name() + " by " + Amounts.of(kind, size).text(size)
                + (whole == 0 ? "" : " (" + Amounts.percent(size, whole).strip() + ")");
    }
}
