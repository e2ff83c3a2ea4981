package dev.sonde.commands.debug;

import dev.sonde.commands.Debugger;
import dev.sonde.jvm.LoadedCode.ClassSourceText;
import dev.sonde.jvm.Target;
import dev.sonde.weave.source.SourceText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The source around a line. */
final class SourceLines {

    private SourceLines() {}

    /** The text of one line, if it can be had soon. */
    static Optional<String> one(Debugger debugger, Target target, String className, int line)
            throws InterruptedException {
        return debugger.sourceSoon(target, className).stream()
                .flatMap(source -> source.text().lines().stream())
                .filter(each -> each.number().isPresent() && each.number().getAsInt() == line)
                .map(SourceText.Line::text)
                .filter(text -> !text.isBlank())
                .findFirst();
    }

    /** Some lines before and after; empty when the source has no such line. */
    static List<SourceText.Line> around(ClassSourceText source, int line, int before, int after) {
        List<SourceText.Line> all = source.text().lines();
        List<SourceText.Line> found = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).number().isPresent() && all.get(i).number().getAsInt() == line) {
                found.addAll(all.subList(Math.max(0, i - before), Math.min(all.size(), i + after + 1)));
                break;
            }
        }
        return found;
    }
}
