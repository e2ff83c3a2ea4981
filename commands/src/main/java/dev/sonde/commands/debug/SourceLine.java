package dev.sonde.commands.debug;

import dev.sonde.commands.Debugger;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.jvm.Stop;
import dev.sonde.jvm.Target;
import java.util.Optional;

/** The line at which a thread stands, as its source has it. */
record SourceLine(String thread, @Shown(json = "class") String className, int line, String text) implements Prose {

    /** Empty when its source cannot be had soon. */
    static Optional<SourceLine> of(Debugger debugger, Target target, Stop stop) throws InterruptedException {
        if (stop.line().isEmpty()) {
            return Optional.empty();
        }
        int line = stop.line().getAsInt();
        return SourceLines.one(debugger, target, stop.className(), line)
                .map(text -> new SourceLine(stop.thread(), stop.className(), line, text));
    }

    @Override
    public String type() {
        return "sourceLine";
    }

    @Override
    public void tell(Page page) {
        page.line(marked(line, text));
    }

    /** {@code => 42  text}. */
    static Text marked(int line, String text) {
        return new Text().add("=> ", Style.GOOD).add(line + "  ", Style.FAINT).add(text.strip());
    }
}
