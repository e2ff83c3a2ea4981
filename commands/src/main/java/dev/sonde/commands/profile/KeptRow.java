package dev.sonde.commands.profile;

import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import dev.sonde.profile.Amounts;
import dev.sonde.profile.Description;
import dev.sonde.profile.PprofFile;
import dev.sonde.profile.ProfileStore.Kept;
import dev.sonde.profile.ValueType;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One line for a profile that is kept.
 *
 * @param total for people
 * @param totals for programs: of each type
 */
record KeptRow(
        @Shown(head = "#") long number,
        String kind,
        Instant start,
        Duration durationSeconds,
        @Shown(json = "targetName", head = "TARGET") String targetName,
        @Shown(onlyTable = true) String total,
        @Shown(onlyJson = true) Map<String, Long> totals,
        Optional<String> name,
        @Shown(spare = true) String engine,
        @Shown(onlyJson = true) boolean ring)
        implements Row {

    static KeptRow of(Kept kept, PprofFile.Summary summary) {
        Description about = summary.description();
        Map<String, Long> totals = new LinkedHashMap<>();
        List<ValueType> types = about.types();
        for (int i = 0; i < summary.totals().size(); i++) {
            totals.put(types.get(i).toString(), summary.totals().get(i));
        }
        int last = about.standardType();
        String total = summary.totals().isEmpty()
                ? ""
                : Amounts.of(types.get(last), summary.totals().get(last))
                        .text(summary.totals().get(last));
        return new KeptRow(
                kept.number(),
                about.kind(),
                about.start(),
                about.duration(),
                about.targetName().isEmpty() ? about.target() : about.targetName(),
                total,
                totals,
                Optional.of(about.name()).filter(name -> !name.isEmpty()),
                about.engine(),
                kept.ring());
    }

    @Override
    public String type() {
        return "profile";
    }
}
