package dev.sonde.commands.code;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.commands.output.ValueText;
import dev.sonde.jvm.Value;
import java.util.Map;

/** The static state of a class. */
record StaticsRow(@Shown(json = "class") String className, String loader, Map<String, Value> values) implements Prose {

    @Override
    public String type() {
        return "statics";
    }

    @Override
    public void tell(Page page) {
        page.line(new Text().add(className, Style.STRONG).add("  of " + loader, Style.FAINT));
        values.forEach((name, value) -> ValueText.write(page, 4, new Text().add(name, Style.FAINT), value));
    }
}
