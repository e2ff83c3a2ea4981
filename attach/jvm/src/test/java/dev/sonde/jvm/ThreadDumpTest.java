package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real dumps of a program with two deadlocks, a waiting thread, and on 25 a mounted virtual thread. */
final class ThreadDumpTest {

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void reads_every_thread_and_its_numbers(int feature) throws Exception {
        ThreadDump dump = golden("print-" + feature + ".txt");
        assertThat(dump.feature).isEqualTo(feature);
        assertThat(dump.entries).hasSize(feature == 17 ? 24 : 27);
        ThreadDump.Entry main = named(dump, "main");
        assertThat(main.id).hasValue(feature == 17 ? 1 : 3);
        assertThat(main.nativeId).hasValue(feature == 17 ? 0x16a2 : 5986);
        assertThat(main.cpuMillis).hasValue(feature == 17 ? 41.74 : 60.49);
        assertThat(main.allocatedBytes).hasValue((feature == 17 ? 211 : 846) * 1024L);
        assertThat(main.daemon).isFalse();
        assertThat(main.state).contains(Thread.State.RUNNABLE);
        assertThat(main.frames.get(0)).isEqualTo("java.io.FileInputStream.readBytes(Native Method)");
        assertThat(main.frames).last().isEqualTo("Dl.main(Dl.java:13)");
        assertThat(named(dump, "VM Thread").id).isEmpty();
        assertThat(named(dump, "Common-Cleaner").daemon).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void names_deadlocks_of_monitors_and_of_locks_once(int feature) throws Exception {
        assertThat(golden("print-" + feature + ".txt").deadlocks())
                .containsExactly(List.of("T1", "T2 \"q\""), List.of("L1", "L2"));
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void finds_deadlocks_that_the_jvm_does_not_name(int feature) throws Exception {
        String text = text("print-" + feature + ".txt");
        ThreadDump dump = parse(text.substring(0, text.indexOf("JNI global refs")));
        assertThat(dump.deadlocks()).containsExactly(List.of("T1", "T2 \"q\""), List.of("L1", "L2"));
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void tells_locks_that_are_held_from_those_given_up_in_wait(int feature) throws Exception {
        ThreadDump dump = golden("print-" + feature + ".txt");
        ThreadDump.Entry waiting = named(dump, "W");
        assertThat(waiting.holds).isEmpty();
        assertThat(Objects.requireNonNull(waiting.waitsFor).type()).isEqualTo("Dl");
        ThreadDump.Entry blocked = named(dump, "L1");
        assertThat(blocked.holds).hasSize(1);
        assertThat(dump.owners().get(Objects.requireNonNull(blocked.waitsFor))).isSameAs(named(dump, "L2"));
    }

    @Test
    void keeps_the_stack_of_a_mounted_virtual_thread_apart_from_its_carrier() throws Exception {
        ThreadDump.Entry carrier = named(golden("print-25.txt"), "ForkJoinPool-1-worker-2");
        assertThat(carrier.carrier).isTrue();
        assertThat(carrier.frames).hasSize(10).noneMatch(frame -> frame.startsWith("Dl."));
    }

    @Test
    void reads_what_jdk_8_prints() throws Exception {
        ThreadDump dump = parse("""
                2026-01-01 00:00:00
                Full thread dump OpenJDK 64-Bit Server VM (25.504-b01 mixed mode):

                "a" #1 prio=5 os_prio=0 tid=0x00007f0000000001 nid=0x2a runnable [0x00007f]
                   java.lang.Thread.State: RUNNABLE
                \tat A.b(A.java:1)
                """);
        assertThat(dump.feature).isEqualTo(8);
        assertThat(dump.entries.get(0).cpuMillis).isEmpty();
        assertThat(dump.entries.get(0).nativeId).hasValue(42);
        assertThat(dump.entries.get(0).frames).containsExactly("A.b(A.java:1)");
    }

    @Test
    void survives_garbage() throws Exception {
        assertThat(parse("\"\n\"\n\"\n" + "\"x\" #99999999 tid=zz\n".repeat(100) + "\tat (\n- locked <0x1>\n").entries)
                .isEmpty();
    }

    @Test
    void frames_of_both_kinds_of_dump_look_alike() {
        assertThat(ThreadDump.frame("java.base/java.lang.Thread.run(Thread.java:1)"))
                .isEqualTo(ThreadDump.frame("java.lang.Thread.run(java.base@25.0.3/Thread.java:1)"))
                .isEqualTo("java.lang.Thread.run(Thread.java:1)");
        assertThat(ThreadDump.frame("app//a.B$$Lambda/0x00007f.run(Unknown Source)"))
                .isEqualTo("a.B$$Lambda/0x00007f.run(Unknown Source)");
    }

    private static ThreadDump.Entry named(ThreadDump dump, String name) {
        Optional<ThreadDump.Entry> entry =
                dump.entries.stream().filter(e -> e.name.equals(name)).findFirst();
        return entry.orElseThrow(() -> new AssertionError("no thread " + name));
    }

    private static ThreadDump golden(String file) throws Exception {
        return parse(text(file));
    }

    private static ThreadDump parse(String text) throws Exception {
        return ThreadDump.parse(new BufferedReader(new StringReader(text)));
    }

    private static String text(String file) throws Exception {
        try (var in = Objects.requireNonNull(ThreadDumpTest.class.getResourceAsStream("/dumps/" + file));
                var reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            java.io.StringWriter text = new java.io.StringWriter();
            reader.transferTo(text);
            return text.toString();
        }
    }
}
