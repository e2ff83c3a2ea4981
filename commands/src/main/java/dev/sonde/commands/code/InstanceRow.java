package dev.sonde.commands.code;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.commands.output.ValueText;
import dev.sonde.jvm.LoadedCode.Instance;
import dev.sonde.jvm.Value;
import java.util.Map;
import java.util.Optional;

/** One live object. */
record InstanceRow(
        @Shown(json = "class") String className,
        String id,
        @Shown(json = "this") Optional<Value> self,
        Optional<Map<String, Value>> values)
        implements Prose {

    static InstanceRow of(Instance instance) {
        return new InstanceRow(
                instance.className(),
                instance.id(),
                instance.self(),
                instance.self().isPresent() ? Optional.empty() : Optional.of(instance.values()));
    }

    @Override
    public String type() {
        return "instance";
    }

    @Override
    public void tell(Page page) {
        if (self.isPresent()) {
            ValueText.write(page, 0, new Text().add(id, Style.FAINT), self.get());
            return;
        }
        page.line(new Text().add(id, Style.FAINT).add(" " + ValueText.simple(className), Style.STRONG));
        values.orElse(Map.of())
                .forEach((name, value) -> ValueText.write(page, 4, new Text().add(name, Style.FAINT), value));
    }
}
