package dev.sonde.commands.play;

import dev.sonde.commands.Grant;
import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;

/** A step that would be run. */
record PlannedStep(
        String step,
        String line,
        Grant needs,
        @Shown(head = "AT") String place) implements Row {

    static PlannedStep of(CheckedPlaybook.Step step, LineTemplate line) {
        return new PlannedStep(
                step.name(), line.toString(), line.needs(), step.at().toString());
    }

    @Override
    public String type() {
        return "planned";
    }
}
