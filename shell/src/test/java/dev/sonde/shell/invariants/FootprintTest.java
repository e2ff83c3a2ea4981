package dev.sonde.shell.invariants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.shell.invariants.Bastion.Live;
import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How much of the target is ours while we are attached, as the JVM itself counts it. */
final class FootprintTest {

    private static final String METASPACE = "metaspace in KiB";

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void the_agent_is_thin(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(jdk, service(jdk))) {
            // The first question makes the JVM load what answers questions: not ours, and asked by any tool.
            counters(jdk, patient.pid());
            Map<String, Long> before = counters(jdk, patient.pid());
            Live attached = bastion.live("@" + patient.pid() + " watch NotLoadedYet run --pending");
            Await.until("attached", Duration.ofSeconds(90), () -> ours(jdk, patient.pid()) > 5);
            Await.until("it waits for its class", Duration.ofSeconds(90), () -> attached.err()
                    .contains("arms when one loads"));
            Map<String, Long> during = counters(jdk, patient.pid());
            assertThat(ours(jdk, patient.pid())).as("classes of ours").isLessThanOrEqualTo(60);
            assertThat(grown(before, during, "java.cls.loadedClasses")
                            + grown(before, during, "java.cls.sharedLoadedClasses"))
                    .as("classes in all, those of the JDK's archive too")
                    .isLessThanOrEqualTo(220);
            assertThat(grown(before, during, "java.threads.live"))
                    .as("threads, as java.lang.Thread counts them")
                    .isLessThanOrEqualTo(1);
            assertThat(grown(before, during, METASPACE)).as("KiB of metaspace").isBetween(1L, 900L);
        }
    }

    /** With a jar on its class path, as every program has but those of tests. */
    private static List<String> service(Jdk jdk) throws Exception {
        String path = place(Service.class) + ":" + place(Test.class);
        return jdk.feature() >= 21
                ? List.of("-XX:+EnableDynamicAgentLoading", "-cp", path, Service.class.getName())
                : List.of("-cp", path, Service.class.getName());
    }

    private static Path place(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static long grown(Map<String, Long> before, Map<String, Long> after, String counter) {
        return after.getOrDefault(counter, -1L) - before.getOrDefault(counter, -1L);
    }

    private static Map<String, Long> counters(Jdk jdk, long pid) throws Exception {
        Map<String, Long> counters = new HashMap<>();
        for (String line : jcmd(jdk, pid, "PerfCounter.print").lines().toList()) {
            String[] pair = line.strip().split("=", 2);
            if (pair.length == 2 && pair[1].matches("-?\\d+")) {
                counters.put(pair[0], Long.parseLong(pair[1]));
            }
        }
        counters.put(METASPACE, metaspace(jdk, pid));
        return counters;
    }

    /** In KiB, asked for, because the performance counter of that name is written by collections only. */
    private static long metaspace(Jdk jdk, long pid) throws Exception {
        Matcher used =
                Pattern.compile("Both: +(\\d+)[.,]\\d+ KB used").matcher(jcmd(jdk, pid, "VM.metaspace basic scale=K"));
        assertThat(used.find()).as("a line on metaspace").isTrue();
        return Long.parseLong(used.group(1));
    }

    private static long ours(Jdk jdk, long pid) throws Exception {
        return jcmd(jdk, pid, "VM.class_hierarchy")
                .lines()
                .filter(line -> line.contains("dev.sonde.") || line.contains("java.sonde."))
                .filter(line -> !line.contains("dev.sonde.shell.invariants."))
                .count();
    }

    private static String jcmd(Jdk jdk, long pid, String command) throws Exception {
        Process jcmd = new ProcessBuilder(jdk.home().resolve("bin/jcmd").toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String text = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jcmd.waitFor()).as(text).isZero();
        return text;
    }
}
