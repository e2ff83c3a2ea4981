package dev.sonde.commands.observe;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.ProbeLimits;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code watch}: each call of a method as it happens. */
@Command(name = "watch", description = "show each call of a method as it happens")
@Needs(Grant.INSTRUMENT)
@Gives(HitRow.class)
@Example("watch OrderService place -n 3")
@Example("watch OrderService place 'order.id' 'quantity * 2' --when 'quantity > 1 && cost > 0.01' -n 3")
@Example("watch shop.OrderService 'place(Order,int)' error --throw -n 1")
@Example("watch Inventory 'res*' --entry -n 5 --depth 1")
@Example("watch OrderService place --stack 5 -n 1")
final class WatchCommand extends TargetCommand {

    @Mixin
    private MethodLocation method = new MethodLocation();

    @Parameters(
            index = "2..*",
            arity = "0..*",
            paramLabel = "EXPR",
            description =
                    "show these instead: args[0], parameters by name, this, result, error, cost, thread, fields of these")
    private List<String> expressions = List.of();

    @Mixin
    private CallOptions calls = new CallOptions();

    @Option(
            names = "--entry",
            description = "show calls as they begin, and what they have changed in their arguments when they end")
    private boolean entry;

    @Option(names = "--return", description = "show calls that return")
    private boolean returning;

    @Option(names = "--throw", description = "show calls that end with an exception")
    private boolean throwing;

    @Option(
            names = "--stack",
            paramLabel = "D",
            description = "frames of the stack shown with each call",
            defaultValue = "0")
    private int frames;

    @Mixin
    private ClassOptions loaded = new ClassOptions();

    @Mixin
    private LimitOptions limits = new LimitOptions();

    /** What is left of {@code --when a > 1} when nobody quoted it. */
    private static final Pattern OPERATOR = Pattern.compile("[<>=!&|+*/%?:-]+");

    @Override
    public void check() throws UsageError {
        requireExpressions(expressions);
        calls.check();
        // What no server allows need not wait for a target.
        limits.limits(ProbeLimits.STANDARD);
        Bounds.check("--stack", frames, 0, 1_000);
    }

    static void requireExpressions(List<String> words) throws UsageError {
        for (String expression : words) {
            if (OPERATOR.matcher(expression).matches()) {
                throw new UsageError("'" + expression
                        + "' alone is no expression; one with blanks in it stands in quotes: 'quantity > 1'");
            }
        }
    }

    @Override
    public Grant needs(Grant declared) {
        return limits.runsCode() ? Grant.MUTATE : declared;
    }

    @Override
    protected void run(Target target, Context context)
            throws UsageError, TargetError, ExpressionError, InterruptedException {
        ProbeSpec spec = spec(context.limits());
        Entries entries = new Entries(spec);
        new Watching(context, target, spec, hit -> entries.row(hit).ifPresent(context.output()::row)).run();
    }

    private ProbeSpec spec(ProbeLimits allowed) throws UsageError {
        return loaded.of(calls.of(method.spec(ProbeSpec.Kind.WATCH)))
                .withCaptures(expressions)
                .withEvents(events())
                .withRate(limits.rate(allowed))
                .withLimits(limits.limits(allowed).withFrames(frames));
    }

    private Set<ProbeSpec.Event> events() {
        Set<ProbeSpec.Event> events = EnumSet.noneOf(ProbeSpec.Event.class);
        if (entry) {
            events.add(ProbeSpec.Event.ENTRY);
        }
        if (returning) {
            events.add(ProbeSpec.Event.RETURN);
        }
        if (throwing) {
            events.add(ProbeSpec.Event.THROW);
        }
        return events;
    }
}
