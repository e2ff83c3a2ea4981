package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.commands.ProbeLimits;
import dev.sonde.jvm.Safeguards;
import dev.sonde.wire.Limits;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsTest {

    @Test
    void only_what_differs_is_set() throws Exception {
        Settings settings = SettingsFile.parse("sonde.yaml", "# mine\nidle-timeout: 10m\nalgorithms: strict\n");
        assertThat(settings.get(Settings.IDLE_TIMEOUT)).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.get(Settings.ALGORITHMS)).isEqualTo(Settings.AlgorithmSet.STRICT);
        assertThat(settings.get(Settings.GRACE_TIME)).isEqualTo(Duration.ofSeconds(30));
        assertThat(SettingsFile.parse("sonde.yaml", "").get(Settings.LISTEN))
                .isEqualTo(new Endpoint("127.0.0.1", 2222));
    }

    @Test
    void every_default_can_be_written_as_it_is_shown_and_every_key_is_explained() throws Exception {
        StringBuilder all = new StringBuilder();
        for (Settings.Key<?> key : Settings.keys()) {
            all.append(key.name()).append(": ").append(key.standard()).append('\n');
            assertThat(Settings.explained()).contains(key.name() + ":", key.meaning());
        }
        assertThat(SettingsFile.parse("sonde.yaml", all.toString())).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "idle-timout: 10m | f:1: unknown key 'idle-timout'; near: idle-timeout",
                "zzz: 1 | f:1: unknown key 'zzz'; serve --help lists the keys",
                "grace-time: soon | f:1: grace-time: 'soon' is not a duration such as 30s, 10m or 2h",
                "connections: many | f:1: connections: 'many' is not a count from 1 to 10000",
                "algorithms: all | f:1: algorithms: 'all' is neither compat nor strict",
                "allow-beyond-loopback: 1 | f:1: allow-beyond-loopback: '1' is neither true nor false",
                "listen: 2222 | f:1: listen: '2222' is not HOST:PORT, such as 127.0.0.1:2222",
                "listen: [a, b] | f:1: listen: expected one value, such as 127.0.0.1:2222",
                "probe-depth: 3..33 | f:1: probe-depth: '3..33' is not a default and a most within what Sonde allows, such as 3..10",
                "probe-depth: 5..4 | f:1: probe-depth: '5..4' is not a default and a most within what Sonde allows, such as 3..10",
                "probe-bytes: 64q | f:1: probe-bytes: '64q' is not a size such as 4096, 64k or 1m",
                "probe-budget: 0..5 | f:1: probe-budget: '0' is not a percentage such as 1 or 0.5",
                "target-budget: all | f:1: target-budget: 'all' is not a percentage such as 1 or 0.5",
                "target-rate: 0 | f:1: target-rate: '0' is not a count from 1 to 1000000",
                "masked-names: a,,b | f:1: masked-names: 'a,,b' is not a list such as standard, iban",
                "- a | f:1: expected 'key: value' lines",
                "listen: !!java.net.URL [x] | f:1: not YAML: Global tag is not allowed: tag:yaml.org,2002:java.net.URL",
            })
    void what_is_wrong_is_named_with_its_line(String text, String message) {
        assertThatThrownBy(() -> SettingsFile.parse("f", text))
                .isInstanceOf(StartError.class)
                .hasMessage(message);
    }

    @Test
    void what_probes_may_cost_and_show_is_set() throws Exception {
        // How long a breakpoint only measures is nothing that an owner sets, and nothing in tests.
        assertThat(Settings.standard().probeLimits())
                .usingRecursiveComparison()
                .ignoringFields("parking.settle")
                .isEqualTo(ProbeLimits.STANDARD);
        assertThat(Settings.standard().safeguards()).isEqualTo(Safeguards.STANDARD);
        Settings settings = SettingsFile.parse("f", """
                probe-rate: 5..50
                probe-depth: 1..2
                probe-fields: 10
                probe-elements: 4..6
                probe-chars: 7..8
                probe-bytes: 2k..4k
                probe-time: 1ms..3ms
                probe-budget: 0.5..2
                target-rate: 300
                target-budget: 1.5
                masked-names: standard, iban
                masked-types: shop.Customer
                """);
        ProbeLimits limits = settings.probeLimits();
        assertThat(limits.rate()).isEqualTo(5);
        assertThat(limits.mostRate()).isEqualTo(50);
        assertThat(limits.standard())
                .usingRecursiveComparison()
                .isEqualTo(new Limits(1, 10, 4, 7, 2_048, 1_000).withBudget(5_000));
        assertThat(limits.most())
                .usingRecursiveComparison()
                .isEqualTo(
                        new Limits(2, 10, 6, 8, 4_096, 3_000).withBudget(20_000).withTarget(300, 15_000));
        Safeguards safeguards = settings.safeguards();
        assertThat(safeguards.hitsPerSecond()).isEqualTo(300);
        assertThat(safeguards.budgetMicros()).isEqualTo(15_000);
        assertThat(safeguards.maskedNames()).contains("password", "iban");
        assertThat(safeguards.maskedTypes()).containsExactly("shop.Customer");
    }

    @Test
    void a_key_that_stands_twice_and_broken_yaml_are_errors() {
        assertThatThrownBy(() -> SettingsFile.parse("f", "connections: 5\nconnections: 6\n"))
                .hasMessage("f:2: connections: is set twice");
        assertThatThrownBy(() -> SettingsFile.parse("f", "a: b: c")).hasMessageStartingWith("f:1: not YAML: ");
    }
}
