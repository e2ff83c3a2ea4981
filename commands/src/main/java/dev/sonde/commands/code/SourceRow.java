package dev.sonde.commands.code;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.jvm.LoadedCode.ClassSourceText;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The source of a class or of a method, its lines under the numbers that the class file has for them. */
record SourceRow(
        @Shown(json = "class") String className,
        Optional<String> method,
        String from,
        boolean decompiled,
        List<Line> lines)
        implements Prose {

    /** One line; its number is that of the class file. */
    record Line(OptionalInt line, String text) {}

    static SourceRow of(ClassSourceText source) {
        return new SourceRow(
                source.className(),
                source.method(),
                source.from(),
                !source.real(),
                source.text().lines().stream()
                        .map(line -> new Line(line.number(), line.text()))
                        .toList());
    }

    @Override
    public String type() {
        return "source";
    }

    @Override
    public void tell(Page page) {
        page.line(new Text()
                .add(className + method.map(name -> "." + name).orElse(""), Style.STRONG)
                .add("  " + from, decompiled ? Style.WARN : Style.FAINT));
        int width = lines.stream()
                .mapToInt(line -> line.line.isPresent()
                        ? Integer.toString(line.line.getAsInt()).length()
                        : 0)
                .max()
                .orElse(0);
        for (Line line : lines) {
            String number = line.line.isPresent() ? Integer.toString(line.line.getAsInt()) : "";
            int indent =
                    width + 2 + line.text.length() - line.text.stripLeading().length();
            page.line(
                    new Text()
                            .add(" ".repeat(width - number.length()) + number + "  ", Style.FAINT)
                            .add(line.text.replace("\t", "    ")),
                    Math.min(indent + 4, page.columns() / 2));
        }
    }
}
