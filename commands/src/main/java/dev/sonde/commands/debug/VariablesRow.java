package dev.sonde.commands.debug;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.commands.output.ValueText;
import dev.sonde.jvm.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Variables of the thread that stands, or expressions over them.
 *
 * @param unavailable variables that are in scope and cannot be read, each with the reason
 */
record VariablesRow(String thread, Map<String, Value> values, List<String> unavailable) implements Prose {

    VariablesRow {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        unavailable = List.copyOf(unavailable);
    }

    @Override
    public String type() {
        return "variables";
    }

    @Override
    public void tell(Page page) {
        values.forEach((name, value) -> ValueText.write(page, 0, new Text().add(name + " =", Style.FAINT), value));
        unavailable.forEach(each -> page.line(new Text().add(each, Style.FAINT)));
    }
}
