package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.wire.ProbeCounters;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** JVMs of another user, and with a root and pids of their own as in a container. Only root can start them. */
final class ForeignJvmTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final LocalHost host;

    ForeignJvmTest(@TempDir Path home) throws Exception {
        host = LocalHost.open(home);
    }

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @AfterEach
    void close() {
        host.close();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void root_watches_a_jvm_of_another_user(Jdk jdk) throws Exception {
        watches(jdk, "setpriv --reuid=65534 --regid=65534 --clear-groups");
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void root_watches_a_jvm_in_a_container(Jdk jdk) throws Exception {
        watches(jdk, "unshare --mount --pid --fork --mount-proc sh -c 'mount -t tmpfs none /tmp && exec \"$@\"' sh");
    }

    private void watches(Jdk jdk, String how) throws Exception {
        assumeTrue(new LocalProcesses().root(), "only root can");
        Path classes = Path.of(Patient.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        ProcessBuilder builder = new ProcessBuilder(
                "sh",
                "-c",
                "exec " + how + " '" + jdk.java() + "' -Xmx128m -XX:+UseSerialGC -cp '" + classes + "' "
                        + Patient.class.getName());
        Process process = builder.redirectErrorStream(true).start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String first = out.readLine();
            assumeTrue("READY".equals(first), "not here: " + first);
            long pid = jvmOf(process.pid());
            Target handle = host.open(pid, "session");
            assertThat(handle.report().version()).startsWith(jdk.version());
            assertThat(handle.threads(new ThreadQuery(Duration.ZERO, true)).threads())
                    .anyMatch(thread -> thread.name().equals("main"));
            List<Hit> hits = new CopyOnWriteArrayList<>();
            handle.arm(watch(), new ProbeListener() {
                @Override
                public void hit(Hit hit) {
                    hits.add(hit);
                }

                @Override
                public void notice(String text) {}

                @Override
                public void ended(String reason, ProbeCounters counters) {}
            });
            process.outputWriter().write("place tea 3\n");
            process.outputWriter().flush();
            Await.until("a hit", SOON, () -> !hits.isEmpty());
            handle.close();
            host.close();
            Path tmp = Path.of("/proc/" + pid + "/root/tmp");
            try (var left = Files.newDirectoryStream(tmp, "sonde-[0-9a-f]*")) {
                List<String> ours = new ArrayList<>();
                left.forEach(path -> ours.add(path.getFileName().toString()));
                assertThat(ours).noneMatch(name -> name.matches("sonde-[0-9a-f]{16}") && isOfThisTest(tmp, name));
            }
        } finally {
            process.outputWriter().close();
            process.destroyForcibly();
        }
        assertThatThrownBy(() -> host.open(process.pid(), "late")).isInstanceOf(TargetError.class);
    }

    /** Others may be at work on the same machine: ours would hold a jar that anyone may read, and be fresh. */
    private static boolean isOfThisTest(Path tmp, String name) {
        try (var files = Files.newDirectoryStream(tmp.resolve(name), "agent-*.jar")) {
            return files.iterator().hasNext();
        } catch (IOException e) {
            return false;
        }
    }

    /** The program itself, or the child that it forked into its own namespace. */
    private static long jvmOf(long pid) throws Exception {
        long[] found = {0};
        Await.until("the JVM of " + pid, SOON, () -> {
            String children = Proc.read(Path.of("/proc/" + pid + "/task/" + pid + "/children"))
                    .strip();
            found[0] = children.isEmpty() ? pid : Long.parseLong(children.split(" ", 2)[0]);
            return Proc.mapsJvm(found[0]).orElse(false);
        });
        return found[0];
    }

    private static ProbeSpec watch() {
        return ProbeSpec.of(ProbeSpec.Kind.WATCH, "Patient", "place");
    }
}
