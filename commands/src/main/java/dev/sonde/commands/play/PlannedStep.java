package dev.sonde.commands.play;

import dev.sonde.commands.Grant;
import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import java.util.Map;

/** A step that would be run. */
record PlannedStep(
        String step,
        String line,
        Grant needs,
        @Shown(head = "AT") String place) implements Row {

    /** @param known values of expressions, by name */
    static PlannedStep of(CheckedPlaybook.Step step, LineTemplate line, Map<String, Object> known) {
        return new PlannedStep(
                step.name(), line.planned(known), line.needs(), step.at().toString());
    }

    @Override
    public String type() {
        return "planned";
    }
}
