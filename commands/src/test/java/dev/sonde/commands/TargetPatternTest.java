package dev.sonde.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.jvm.JvmProcess;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.TargetId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetPatternTest {

    private static final List<JvmProcess> JVMS = List.of(
            jvm(100, "orders", "shop.Main --load 4", ""),
            jvm(101, "Main", "other.Main", ""),
            jvm(102, "billing.jar", "/opt/app/billing.jar -p 80", ""),
            jvm(103, "secret", "x.Secret", "runs as root"),
            jvm(104, "worker", "w.Worker", ""),
            jvm(105, "worker", "w.Worker", ""));

    @ParameterizedTest
    @ValueSource(strings = {"100", "orders", "ORDERS", "shop.Main"})
    void means_one_by_pid_or_name(String typed) throws Exception {
        assertThat(pids(typed)).containsExactly(100L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"billing", "billing.jar", "/opt/app/billing.jar"})
    void means_one_by_its_jar(String typed) throws Exception {
        assertThat(pids(typed)).containsExactly(102L);
    }

    @Test
    void means_all_that_a_glob_fits_and_that_can_be_reached() throws Exception {
        assertThat(pids("work*")).containsExactly(104L, 105L);
        assertThat(pids("*.Main")).containsExactly(100L, 101L);
        assertThat(pids("*")).containsExactly(100L, 101L, 102L, 104L, 105L);
        assertThat(pids("worke?")).hasSize(2);
    }

    @Test
    void says_why_none_is_meant() {
        assertThatThrownBy(() -> pids("999"))
                .isInstanceOf(TargetError.class)
                .hasMessage("no JVM with the pid 999; ps lists those there are");
        assertThatThrownBy(() -> pids("order")).hasMessage("no JVM is called order; near: orders");
        assertThatThrownBy(() -> pids("nothing")).hasMessage("no JVM is called nothing; ps lists those there are");
        assertThatThrownBy(() -> pids("103")).hasMessage("103 secret cannot be reached: runs as root");
        assertThatThrownBy(() -> pids("z*")).hasMessage("no JVM is called z*; ps lists those there are");
    }

    @Test
    void lists_the_candidates_when_a_name_fits_several() {
        assertThatThrownBy(() -> pids("worker"))
                .hasMessage("2 JVMs are called worker: 104 worker, 105 worker; @PID picks one, and a glob such as"
                        + " @worker* runs on each");
        assertThatThrownBy(() -> pids("Main")).hasMessageContaining("100 orders, 101 Main");
    }

    private static List<Long> pids(String typed) throws TargetError {
        return new TargetPattern(typed)
                .select(JVMS).stream().map(jvm -> jvm.id().pid()).toList();
    }

    private static JvmProcess jvm(long pid, String name, String command, String unreachable) {
        return new JvmProcess(
                new TargetId("local", pid, Instant.EPOCH),
                name,
                command,
                Optional.of("17.0.15"),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalDouble.empty(),
                "app",
                unreachable.isEmpty() ? Optional.empty() : Optional.of(unreachable));
    }
}
