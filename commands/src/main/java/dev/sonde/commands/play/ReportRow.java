package dev.sonde.commands.play;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import java.util.List;

/** A report that is shown instead of the steps. */
record ReportRow(ReportFormat format, List<String> lines) implements Prose {

    @Override
    public String type() {
        return "report";
    }

    @Override
    public void tell(Page page) {
        lines.forEach(page::line);
    }
}
