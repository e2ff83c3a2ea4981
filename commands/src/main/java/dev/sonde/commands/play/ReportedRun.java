package dev.sonde.commands.play;

import dev.sonde.commands.Row;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A whole run in JSON: what was given, what each step gave, what it came to. */
record ReportedRun(
        String playbook, String about, String login, Instant time, Map<String, Object> inputs, List<OnTarget> runs)
        implements Row {

    /** One target's part. */
    record OnTarget(Verdict verdict, List<StepRow> steps) {}

    @Override
    public String type() {
        return "report";
    }
}
