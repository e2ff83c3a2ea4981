package dev.sonde.commands.debug;

import dev.sonde.commands.Context;
import dev.sonde.commands.Debugger;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.jvm.CallerFrame;
import dev.sonde.jvm.LoadedCode.ClassSourceText;
import dev.sonde.jvm.Stop;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.source.SourceText;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The source around the line where a thread stands: {@code list} without a class. */
public final class StopSource {

    private StopSource() {}

    /**
     * Shows it.
     *
     * @param around lines before and after
     * @throws TargetError when no thread stands, or its source is not to be had
     */
    public static void show(Target target, Context context, int around) throws TargetError, InterruptedException {
        Debugger debugger = context.debugger();
        Stop stop = AtStop.stop(target, context, "list CLASS.METHOD");
        int frame = debugger.frame(target.id());
        String className = stop.className();
        OptionalInt line = stop.line();
        if (frame > 0) {
            CallerFrame above = stop.stack().get(frame);
            className = above.className();
            line = above.line() > 0 ? OptionalInt.of(above.line()) : OptionalInt.empty();
        }
        if (line.isEmpty()) {
            throw new TargetError(
                    frame > 0
                            ? "the line of frame " + frame + " is not known: it was entered before " + className
                                    + " was woven, or that has no lines"
                            : className + " does not tell its lines");
        }
        Optional<ClassSourceText> source = debugger.source(target, className);
        if (source.isEmpty()) {
            throw new TargetError("the source of " + className + " is not to be had");
        }
        int marked = line.getAsInt();
        int each = Math.max(0, Math.min(around, 1_000));
        List<SourceText.Line> lines = SourceLines.around(source.get(), marked, each, each);
        if (lines.isEmpty()) {
            throw new TargetError(
                    "the source of " + className + " (" + source.get().from() + ") has no line " + marked);
        }
        context.output()
                .row(new Listing(
                        className,
                        marked,
                        source.get().from(),
                        !source.get().real(),
                        lines.stream()
                                .map(one -> new Listing.Line(one.number(), one.text()))
                                .toList()));
    }

    /** Some lines of a source, one of them marked. */
    record Listing(@Shown(json = "class") String className, int line, String from, boolean decompiled, List<Line> lines)
            implements Prose {

        record Line(OptionalInt line, String text) {}

        Listing {
            lines = List.copyOf(lines);
        }

        @Override
        public String type() {
            return "source";
        }

        @Override
        public void tell(Page page) {
            page.line(new Text()
                    .add(className + ":" + line, Style.STRONG)
                    .add("  " + from, decompiled ? Style.WARN : Style.FAINT));
            for (Line each : lines) {
                boolean here = each.line.isPresent() && each.line.getAsInt() == line;
                String number = each.line.isPresent() ? Integer.toString(each.line.getAsInt()) : "";
                page.line(
                        new Text()
                                .add(here ? "=> " : "   ", Style.GOOD)
                                .add(" ".repeat(Math.max(0, 4 - number.length())) + number + "  ", Style.FAINT)
                                .add(each.text.replace("\t", "    "), here ? Style.STRONG : Style.PLAIN),
                        12);
            }
        }
    }
}
