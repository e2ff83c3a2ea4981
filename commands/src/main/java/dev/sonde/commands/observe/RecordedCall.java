package dev.sonde.commands.observe;

import dev.sonde.commands.Recordings.Recorded;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import java.util.List;

/** All that is kept of a recorded call. */
record RecordedCall(long number, String target, HitRow call) implements Prose {

    static RecordedCall of(Recorded recorded) {
        return new RecordedCall(recorded.number(), recorded.target().toString(), HitRow.of(recorded.hit(), List.of()));
    }

    @Override
    public String type() {
        return "record";
    }

    @Override
    public void tell(Page page) {
        page.line(new Text().add("record " + number, Style.STRONG).add(" of " + target, Style.FAINT));
        call.tell(page);
    }
}
