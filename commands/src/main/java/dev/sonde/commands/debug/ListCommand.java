package dev.sonde.commands.debug;

import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.jvm.CallerFrame;
import dev.sonde.jvm.LoadedCode.ClassSourceText;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.source.SourceText;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code list}: the source around the line where the thread stands. */
@Command(name = "list", description = "show the source around the line where the thread stands, the line marked")
@Needs(Grant.SUSPEND)
@Example("list")
final class ListCommand extends StopCommand {

    @Option(names = "--around", paramLabel = "N", description = "lines before and after", defaultValue = "5")
    private int around;

    @Override
    void run(Here here) throws TargetError, InterruptedException {
        int frame = here.debugger().frame(here.target().id());
        String className = here.stop().className();
        OptionalInt line = here.stop().line();
        if (frame > 0) {
            CallerFrame above = here.stop().stack().get(frame);
            className = above.className();
            line = above.line() > 0 ? OptionalInt.of(above.line()) : OptionalInt.empty();
        }
        if (line.isEmpty()) {
            throw new TargetError(className + " does not tell its lines");
        }
        Optional<ClassSourceText> source = here.debugger().source(here.target(), className);
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
        here.context()
                .output()
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
