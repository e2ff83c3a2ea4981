package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsTest {

    @Test
    void only_what_differs_is_set() throws Exception {
        Settings settings = Settings.parse("sonde.yaml", "# mine\nidle-timeout: 10m\nalgorithms: strict\n");
        assertThat(settings.get(Settings.IDLE_TIMEOUT)).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.get(Settings.ALGORITHMS)).isEqualTo(Settings.AlgorithmSet.STRICT);
        assertThat(settings.get(Settings.GRACE_TIME)).isEqualTo(Duration.ofSeconds(30));
        assertThat(Settings.parse("sonde.yaml", "").get(Settings.LISTEN)).isEqualTo(new Endpoint("127.0.0.1", 2222));
    }

    @Test
    void every_default_can_be_written_as_it_is_shown_and_every_key_is_explained() throws Exception {
        StringBuilder all = new StringBuilder();
        for (Settings.Key<?> key : Settings.keys()) {
            all.append(key.name()).append(": ").append(key.standard()).append('\n');
            assertThat(Settings.explained()).contains(key.name() + ":", key.meaning());
        }
        assertThat(Settings.parse("sonde.yaml", all.toString())).isNotNull();
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
                "- a | f:1: expected 'key: value' lines",
                "listen: !!java.net.URL [x] | f:1: not YAML: Global tag is not allowed: tag:yaml.org,2002:java.net.URL",
            })
    void what_is_wrong_is_named_with_its_line(String text, String message) {
        assertThatThrownBy(() -> Settings.parse("f", text))
                .isInstanceOf(StartError.class)
                .hasMessage(message);
    }

    @Test
    void a_key_that_stands_twice_and_broken_yaml_are_errors() {
        assertThatThrownBy(() -> Settings.parse("f", "connections: 5\nconnections: 6\n"))
                .hasMessage("f:2: connections: is set twice");
        assertThatThrownBy(() -> Settings.parse("f", "a: b: c")).hasMessageStartingWith("f:1: not YAML: ");
    }
}
