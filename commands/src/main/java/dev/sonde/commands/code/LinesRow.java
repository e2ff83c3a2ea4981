package dev.sonde.commands.code;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.commands.output.ValueText;
import dev.sonde.jvm.LoadedCode.LineReport;
import dev.sonde.jvm.LoadedCode.LineReports;
import dev.sonde.jvm.LoadedCode.VariableReport;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The lines of a method: those that can carry a hook are marked, with the variables that can be read from there on. */
record LinesRow(
        @Shown(json = "class") String className,
        String method,
        String from,
        boolean decompiled,
        boolean named,
        List<Line> lines)
        implements Prose {

    /** One line; its number is that of the class file. */
    record Line(OptionalInt line, String text, boolean hook, List<Variable> variables) {}

    /** Either of a type, or hidden for a reason. */
    record Variable(String name, Optional<String> type, Optional<String> hidden) {

        static Variable of(VariableReport report) {
            return new Variable(
                    report.name(), Optional.of(report.type()).filter(type -> !type.isEmpty()), report.hidden());
        }
    }

    static LinesRow of(LineReports reports) {
        return new LinesRow(
                reports.className(),
                reports.method(),
                reports.from(),
                !reports.real(),
                reports.named(),
                reports.lines().stream().map(LinesRow::line).toList());
    }

    private static Line line(LineReport line) {
        return new Line(
                line.number(),
                line.text(),
                line.hook(),
                line.variables().stream().map(Variable::of).toList());
    }

    @Override
    public String type() {
        return "lines";
    }

    @Override
    public void tell(Page page) {
        page.line(new Text()
                .add(className + "." + method, Style.STRONG)
                .add("  " + from, decompiled ? Style.WARN : Style.FAINT));
        int width = lines.stream().mapToInt(line -> number(line).length()).max().orElse(0);
        List<Variable> before = List.of();
        for (Line line : lines) {
            String number = number(line);
            int indent =
                    width + 4 + line.text.length() - line.text.stripLeading().length();
            page.line(
                    new Text()
                            .add(" ".repeat(width - number.length()) + number, Style.FAINT)
                            .add(line.hook ? " ● " : "   ", Style.GOOD)
                            .add(line.text.replace("\t", "    ")),
                    Math.min(indent + 4, page.columns() / 2));
            if (line.hook && !line.variables.equals(before)) {
                Text names = new Text().add(" ".repeat(width + 3)).add("↳", Style.FAINT);
                line.variables.forEach(variable -> tell(names, variable));
                page.line(line.variables.isEmpty() ? names.add(" no variables", Style.FAINT) : names, width + 5);
                before = line.variables;
            }
        }
    }

    private static String number(Line line) {
        return line.line.isPresent() ? Integer.toString(line.line.getAsInt()) : "";
    }

    /** A type is told of what has no name of its own. */
    private static void tell(Text names, Variable variable) {
        names.add(" ").add(variable.name, variable.hidden.isPresent() ? Style.FAINT : Style.WARN);
        if (variable.name.startsWith("slot")) {
            names.add(
                    variable.type
                            .map(type -> " (" + ValueText.simple(type) + ")")
                            .orElse(""),
                    Style.FAINT);
        }
        names.add(variable.hidden.map(why -> " (hidden: " + why + ")").orElse(""), Style.FAINT);
    }
}
