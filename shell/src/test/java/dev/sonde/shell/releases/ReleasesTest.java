package dev.sonde.shell.releases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.shell.invariants.Bastion;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That a program of Java 8 is looked at with the same lines on every release that is found: {@code SONDE_JDKS} may name JDKs from 8 on. */
final class ReleasesTest {

    /** The first whose {@code GC.heap_dump} writes into a pipe. */
    private static final int FIRST_WITH_PIPES = 11;

    @TempDir
    static Path classes;

    private static Bastion bastion;

    static List<Jdk> jdks() {
        return Jdk.every();
    }

    @BeforeAll
    static void compile() throws Exception {
        Path source = classes.resolve("OldShop.java");
        try (InputStream in = Objects.requireNonNull(ReleasesTest.class.getResourceAsStream("OldShop.java"))) {
            Files.copy(in, source);
        }
        int exit = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        System.err,
                        System.err,
                        "-nowarn",
                        "-Xlint:-options",
                        "-g",
                        "--release",
                        "8",
                        "-d",
                        classes.toString(),
                        source.toString());
        assertThat(exit).isZero();
        bastion = Bastion.start();
    }

    @AfterAll
    static void close() throws Exception {
        bastion.close();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void calls_lines_and_objects_are_seen(Jdk jdk) throws Exception {
        try (TargetProgram shop = start(jdk)) {
            Result seen = bastion.sshLines("@" + shop.pid() + """

                    jvm
                    threads --depth 2
                    methods OldShop$Service
                    source 'OldShop$Service.place'
                    fields OldShop
                    heap -n 3
                    watch OldShop$Service place order.customer 'order.tags["first"]' order.note order.status result --when 'quantity == 21' -n 1 --for 60s
                    watch OldShop$Service place --throw -n 1 --for 60s
                    count OldShop$Service price --every 1s --for 1s
                    trace OldShop$Service place --depth 3 -n 1 --for 60s
                    stack OldShop$Service price -n 1 --for 60s
                    snap 'OldShop$Service.place:+2' -n 1 --for 60s
                    probes
                    """);
            assertThat(seen.exit()).as(seen.out() + seen.err()).isZero();
            assertThat(seen.out())
                    .contains("\"load\" #")
                    .contains("at OldShop.lambda$main$")
                    .contains("place(Order, int)")
                    .contains("KEPT [")
                    .contains("order.customer \"globex\"")
                    .contains("order.tags[\"first\"] 1")
                    .contains("order.note Optional{value=\"by hand\"}")
                    .contains("order.status NEW")
                    .contains("result 12600")
                    .contains("✗ IllegalStateException: no stock for ")
                    .contains("└ OldShop.Service.price(int, int)  ×3")
                    .contains("at OldShop$Service.price(OldShop.java:")
                    .contains("total 0");
            assertThat(seen.err()).contains("no probe is in place");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_thread_is_stopped_and_what_the_jvm_keeps_is_read(Jdk jdk) throws Exception {
        try (TargetProgram shop = start(jdk)) {
            Result stopped = bastion.sshLines("@" + shop.pid() + """

                    break 'OldShop$Service.place:+2' --when 'quantity == 42' --wait 60s
                    locals
                    print order.customer == "acme" order.items[1]
                    set quantity = 43
                    next
                    args
                    stack
                    clear --all
                    profile cpu --engine jfr --for 1s
                    timeline --for 1s
                    """);
            assertThat(stopped.exit()).as(stopped.out() + stopped.err()).isZero();
            assertThat(stopped.out())
                    .contains("quantity = 42")
                    .contains("order.customer == \"acme\" = true")
                    .contains("order.items[1] = 2")
                    .contains("quantity was 42")
                    .contains("quantity = 43")
                    .contains("load at OldShop.Service.place:")
                    .contains("OldShop$Service.place")
                    .contains("by JFR of JDK " + jdk.feature())
                    .contains("load ");
            Result found = bastion.ssh("@" + shop.pid() + " instances 'OldShop$Order' --when 'id < 0'");
            if (jdk.feature() < FIRST_WITH_PIPES) {
                assertThat(found.err()).contains("the JVM is too old to write a dump of its heap into a pipe");
            } else {
                assertThat(found.out()).contains("customer=\"kept\"");
            }
        }
    }

    private static TargetProgram start(Jdk jdk) throws Exception {
        return TargetProgram.start(jdk, List.of("-Xmx64m", "-cp", classes.toString(), "OldShop"));
    }
}
