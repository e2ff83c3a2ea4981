package dev.sonde.commands.play;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;

/** One thing that is wrong; a person gets it in the form that editors know to jump to. */
record ProblemRow(String file, int line, int column, String text) implements Prose {
    @Override
    public String type() {
        return "problem";
    }

    @Override
    public void tell(Page page) {
        page.line(new Text()
                .add(file + ":" + line + ":" + column + ": ", Style.FAINT)
                .add(text, Style.BAD));
    }
}
