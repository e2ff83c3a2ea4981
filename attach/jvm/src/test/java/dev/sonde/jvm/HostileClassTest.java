package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Classes that the JVM does not take woven. */
final class HostileClassTest {

    private final Path room;
    private final LocalHost host;

    HostileClassTest(@TempDir Path room) throws Exception {
        this.room = room;
        host = LocalHost.open(room);
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
    void a_class_that_does_not_verify_is_named_and_fails_no_other(Jdk jdk) throws Exception {
        try (TargetProgram program = TargetProgram.start(jdk, List.of("-javaagent:" + jarOfTheOther()), Rival.class);
                Target target = host.open(program.pid(), "test")) {
            Heard heard = new Heard();
            Probe probe = target.arm(watch("Rival$*", "answer"), heard);
            assertThat(probe.sites()).containsExactly("dev.sonde.jvm.Rival$Sound.answer()");
            assertThat(probe.refused())
                    .singleElement()
                    .asString()
                    .startsWith("dev.sonde.jvm.Rival$Broken.answer(): the JVM refuses its class: VerifyError; in ");
            assertThat(program.ask("ask", "ANSWERS")).isEqualTo("ANSWERS 12345 54321");
            Await.until("the sound one is seen", Duration.ofSeconds(60), () -> !heard.hits.isEmpty());
            assertThat(heard.hits.get(0).outcome()).contains(new Value.Whole(54_321));
            assertThatThrownBy(() -> target.arm(watch("Rival$Broken", "other"), heard))
                    .isInstanceOf(TargetError.class)
                    .hasMessageContaining("Rival$Broken.other(): the JVM refuses its class: VerifyError");
            probe.close();
            assertThat(program.ask("ask", "ANSWERS")).isEqualTo("ANSWERS 12345 54321");
        }
    }

    private Path jarOfTheOther() throws Exception {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(new Attributes.Name("Premain-Class"), Rival.Transformer.class.getName());
        attributes.put(new Attributes.Name("Can-Retransform-Classes"), "true");
        Path jar = room.resolve("rival.jar");
        String entry = Rival.Transformer.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                InputStream in = HostileClassTest.class.getClassLoader().getResourceAsStream(entry)) {
            out.putNextEntry(new JarEntry(entry));
            Objects.requireNonNull(in, entry).transferTo(out);
            out.closeEntry();
        }
        return jar;
    }

    private static ProbeSpec watch(String classGlob, String method) {
        return ProbeSpec.of(ProbeSpec.Kind.WATCH, classGlob, method).withRate(100);
    }
}
