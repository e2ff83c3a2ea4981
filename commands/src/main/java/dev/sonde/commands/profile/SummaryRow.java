package dev.sonde.commands.profile;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import java.util.List;

/** What a difference comes to, in words. */
record SummaryRow(List<String> sentences) implements Prose {

    @Override
    public String type() {
        return "summary";
    }

    @Override
    public void tell(Page page) {
        sentences.forEach(page::line);
    }
}
