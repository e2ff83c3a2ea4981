package dev.sonde.commands.play;

import dev.sonde.commands.output.SafeText;
import java.util.List;
import java.util.stream.Collectors;

/** Text as HTML and XML both take it: what a target says becomes text there, and never a tag. */
final class Markup {

    private Markup() {}

    /** One line; what a reader would not see is escaped as on a terminal, because XML has no way at all to say it. */
    static String of(String text) {
        return SafeText.of(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** Several. */
    static String of(List<String> lines) {
        return lines.stream().map(Markup::of).collect(Collectors.joining("\n"));
    }
}
