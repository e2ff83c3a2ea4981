package dev.sonde.commands.observe;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.jvm.CallerFrame;
import dev.sonde.jvm.Hit;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The stack of a hit, and what request it was for, as lines. */
final class Callers {

    private static final List<String> OF_THE_JDK = List.of("java.", "jdk.", "sun.", "javax.", "com.sun.");

    private Callers() {}

    static List<String> frames(Hit hit) {
        return hit.stack().stream().map(CallerFrame::toString).toList();
    }

    static void tell(Page page, List<String> frames, OptionalInt depth) {
        for (String frame : frames) {
            page.line(new Text().add("    at ", Style.FAINT).add(frame, style(frame)));
        }
        if (!frames.isEmpty() && depth.isEmpty()) {
            page.line(new Text().add("    … and what called that", Style.FAINT));
        }
    }

    static Style style(String frame) {
        return OF_THE_JDK.stream().anyMatch(frame::startsWith) ? Style.FAINT : Style.PLAIN;
    }

    /** {@code for traceId=0af7… requestId=r-17}. */
    static void tellContext(Page page, Map<String, String> context) {
        if (context.isEmpty()) {
            return;
        }
        Text line = new Text().add("    for", Style.FAINT);
        context.forEach(
                (name, value) -> line.add(" ").add(name + "=", Style.FAINT).add(value));
        page.line(line, 8);
    }
}
