package dev.sonde.commands.code;

import dev.sonde.commands.Output;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A class or method that cannot be woven, and why. */
record Refused(String name, String why) {

    private static final int MOST_NAMES = 3;

    /** Says each reason once, with some of those that it is true of. */
    static void tell(Output output, List<Refused> all) {
        Map<String, List<String>> names = new LinkedHashMap<>();
        for (Refused each : all) {
            names.computeIfAbsent(each.why, why -> new ArrayList<>()).add(each.name);
        }
        names.forEach((why, of) -> output.notice("refused: "
                + String.join(", ", of.subList(0, Math.min(MOST_NAMES, of.size())))
                + (of.size() > MOST_NAMES ? " and " + (of.size() - MOST_NAMES) + " more" : "") + ": " + why));
    }
}
