package dev.sonde.commands.debug;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.commands.output.ValueText;
import dev.sonde.jvm.Value;

/** A variable that has got another value. */
record SetRow(String thread, String variable, Value before, Value after) implements Prose {

    @Override
    public String type() {
        return "set";
    }

    @Override
    public void tell(Page page) {
        ValueText.writeLine(page, 0, new Text().add(variable + " was", Style.FAINT), before);
        ValueText.write(page, 0, new Text().add(variable + " =", Style.FAINT), after);
    }
}
