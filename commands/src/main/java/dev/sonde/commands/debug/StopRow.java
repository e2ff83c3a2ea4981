package dev.sonde.commands.debug;

import dev.sonde.commands.Debugger;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.commands.output.ValueText;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.Stop;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.Value;
import dev.sonde.weave.ExpressionError;
import dev.sonde.wire.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** A thread that has just come to stand: where, and what is asked for at each stop. */
record StopRow(
        int breakpoint,
        boolean stepped,
        Instant time,
        String thread,
        long threadId,
        @Shown(json = "class") String className,
        String method,
        OptionalInt line,
        ProbeSpec.Event event,
        Optional<Value> result,
        Optional<Value> error,
        Optional<String> source,
        Map<String, Value> display,
        Duration leftMs,
        OptionalDouble callsBeforePerSecond)
        implements Prose {

    static StopRow of(Debugger debugger, Target target, Stop stop) throws InterruptedException {
        Optional<Value> outcome = Optional.empty();
        Map<String, Value> display = new LinkedHashMap<>();
        try {
            outcome = stop.outcome(Limits.DEFAULT);
            for (String expression : debugger.displays()) {
                display.put(expression, shown(stop, expression));
            }
        } catch (TargetError e) {
            // it goes on already; that it stood is told all the same
        }
        boolean thrown = stop.event() == ProbeSpec.Event.THROW;
        return new StopRow(
                stop.breakpoint(),
                stop.stepped(),
                stop.time(),
                stop.thread(),
                stop.threadId(),
                stop.className(),
                stop.method(),
                stop.line(),
                stop.event(),
                thrown ? Optional.empty() : outcome,
                thrown ? outcome : Optional.empty(),
                SourceLine.of(debugger, target, stop).map(SourceLine::text),
                display,
                stop.left(),
                stop.callsBefore());
    }

    private static Value shown(Stop stop, String expression) throws TargetError {
        try {
            return stop.evaluate(List.of(expression), Limits.DEFAULT).get(0);
        } catch (ExpressionError e) {
            return new Value.Failed(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public String type() {
        return "stop";
    }

    @Override
    public void tell(Page page) {
        Text head = new Text()
                .add(thread, Style.STRONG)
                .add(stepped ? " at " : " stands at ")
                .add(place(className, method, line), Style.STRONG);
        if (event == ProbeSpec.Event.RETURN) {
            head.add(", about to return");
        } else if (event == ProbeSpec.Event.THROW) {
            head.add(", leaving by an exception");
        }
        if (!stepped) {
            head.add("  breakpoint " + breakpoint, Style.FAINT);
        }
        page.line(head.add("  goes on in " + seconds(leftMs), Style.FAINT));
        source.ifPresent(text -> page.line(SourceLine.marked(line.orElse(0), text)));
        result.ifPresent(value -> ValueText.write(page, 3, new Text().add("→", Style.FAINT), value));
        error.ifPresent(value -> ValueText.write(page, 3, new Text().add("✗", Style.BAD), value));
        display.forEach((name, value) -> ValueText.write(page, 3, new Text().add(name + " =", Style.FAINT), value));
    }

    /** {@code OrderService.place:42}. */
    static String place(String className, String method, OptionalInt line) {
        int types = method.indexOf('(');
        return ValueText.simple(className)
                + "."
                + (types < 0 ? method : method.substring(0, types))
                + (line.isPresent() ? ":" + line.getAsInt() : "");
    }

    static String seconds(Duration time) {
        long millis = time.toMillis();
        return millis < 1_000 ? millis + " ms" : (millis + 500) / 1_000 + " s";
    }
}
