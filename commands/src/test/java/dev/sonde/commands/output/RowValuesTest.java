package dev.sonde.commands.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.commands.Row;
import dev.sonde.jvm.Value;
import dev.sonde.weave.plain.PlainType;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Rows as expressions see them are what {@code --json} gives. */
final class RowValuesTest {

    private record Inner(String name, long usedBytes) {}

    private record Sample(
            Instant time,
            long count,
            Duration costMs,
            double cpuPercent,
            Optional<Thread.State> state,
            OptionalLong absent,
            List<Inner> pools,
            Map<String, Value> args,
            boolean daemon,
            @Shown(json = "class") String className,
            @Shown(onlyTable = true) String note)
            implements Row {
        @Override
        public String type() {
            return "sample";
        }
    }

    private static final Sample SAMPLE = new Sample(
            Instant.parse("2026-11-21T10:00:00.123Z"),
            3,
            Duration.ofMillis(5),
            2.5,
            Optional.of(Thread.State.BLOCKED),
            OptionalLong.empty(),
            List.of(new Inner("eden", 7)),
            Map.of("order", new Value.Fields("shop.Order", 2, List.of(Map.entry("id", new Value.Whole(9))))),
            true,
            "shop.Order",
            "for people");

    @Test
    void has_the_values_of_the_json_form() throws Exception {
        List<String> lines = new ArrayList<>();
        try (JsonOutput json = new JsonOutput(lines::add, lines::add, Optional.empty(), ZoneOffset.UTC)) {
            json.row(SAMPLE);
        }
        JsonNode expected = new ObjectMapper().readTree(lines.get(0));
        JsonNode values = new ObjectMapper().valueToTree(RowValues.of(SAMPLE, ZoneOffset.UTC));
        assertThat(values.fieldNames()).toIterable().containsExactlyElementsOf(expected::fieldNames);
        assertThat(values.path("costMs").asDouble())
                .isEqualTo(expected.path("costMs").asDouble());
        for (String name :
                List.of("type", "time", "count", "state", "pools", "args", "daemon", "class", "cpuPercent")) {
            assertThat(values.path(name).toString())
                    .as(name)
                    .isEqualTo(expected.path(name).toString());
        }
    }

    @Test
    void knows_the_types_before_there_is_a_row() {
        Map<String, PlainType> fields =
                RowValues.shape("row.sample", List.of(Sample.class)).fields();
        assertThat(fields)
                .containsEntry("count", PlainType.Simple.WHOLE)
                .containsEntry("costMs", PlainType.Simple.NUMBER)
                .containsEntry("state", PlainType.Simple.TEXT)
                .containsEntry("absent", PlainType.Simple.WHOLE)
                .containsEntry("args", new PlainType.Entries(PlainType.Simple.ANY))
                .doesNotContainKey("note");
        assertThat(fields.get("pools")).isInstanceOf(PlainType.Several.class);
    }
}
