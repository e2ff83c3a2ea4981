package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.jvm.LoadedCode.Census;
import dev.sonde.jvm.LoadedCode.ClassChoice;
import dev.sonde.jvm.LoadedCode.Instance;
import dev.sonde.jvm.LoadedCode.InstanceQuery;
import dev.sonde.jvm.LoadedCode.Instances;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import dev.sonde.weave.ExpressionError;
import dev.sonde.wire.Limits;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Live objects of real JVMs. */
final class InstancesTest {

    private final LocalHost host;
    private final Path home;

    InstancesTest(@TempDir Path home) throws Exception {
        this.home = home;
        host = LocalHost.open(home);
    }

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    /** The collectors write their heaps in different orders. */
    static Stream<List<Object>> jdks_and_collectors() {
        return Jdk.all().stream().flatMap(jdk -> Stream.of("-XX:+UseG1GC", "-XX:+UseParallelGC", "-XX:+UseZGC")
                .map(collector -> List.of(jdk, collector)));
    }

    @AfterEach
    void close() {
        host.close();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void finds_the_objects_that_satisfy_a_condition(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Shelf.class)) {
            LoadedCode code = host.open(target.pid(), "ada/1").code();
            Census census = code.census(new ClassChoice("Shelf$Tin", Optional.empty()));
            assertThat(census.instances()).isEqualTo(200);
            assertThat(census.heapBytes()).isGreaterThan(census.bytes());

            Instances all = find(code, Optional.empty(), List.of());
            assertThat(all.instances()).isEqualTo(200);
            assertThat(all.matching()).isEqualTo(200);
            assertThat(all.found()).hasSize(5);
            assertThat(all.stood()).isPositive();
            assertThat(all.dumpBytes()).isGreaterThan(100_000);
            assertThat(all.found().get(0).self().orElseThrow().toString())
                    .contains("tin-")
                    .contains("Masked[className=java.lang.String]")
                    .doesNotContain("s3cret");

            Instances one = find(
                    code,
                    Optional.of("name == \"tin-7\" && kind == \"COFFEE\" && boxed == 7000"),
                    List.of(
                            "name",
                            "this.cents * 2",
                            "boxes.size()",
                            "boxes.map(b, b.label)",
                            "boxes.exists(b, b.count == 2)",
                            "stock.left",
                            "next.next.name",
                            "kind",
                            "password",
                            "boxes[9]",
                            "next.kind == kind",
                            "name.contains(\"7\") ? cents : 0"));
            assertThat(one.matching()).isEqualTo(1);
            Map<String, Value> values = one.found().get(0).values();
            assertThat(values)
                    .containsEntry("name", new Value.Text("tin-7", 5))
                    .containsEntry("this.cents * 2", new Value.Whole(14))
                    .containsEntry("boxes.size()", new Value.Whole(3))
                    .containsEntry("boxes.exists(b, b.count == 2)", new Value.Bool(true))
                    .containsEntry("stock.left", new Value.Whole(7))
                    .containsEntry("next.next.name", new Value.Text("tin-5", 5))
                    .containsEntry("kind", new Value.EnumConstant("dev.sonde.jvm.Shelf$Kind", "COFFEE"))
                    .containsEntry("password", new Value.Masked("java.lang.String"))
                    .containsEntry("next.kind == kind", new Value.Bool(false))
                    .containsEntry("name.contains(\"7\") ? cents : 0", new Value.Whole(7));
            assertThat(String.valueOf(values.get("boxes.map(b, b.label)"))).contains("box-7-0", "box-7-1", "box-7-2");
            assertThat(values.get("boxes[9]")).isInstanceOf(Value.Failed.class);

            assertThat(find(code, Optional.of("cents >= 100"), List.of()).matching())
                    .isEqualTo(100);
            assertThatThrownBy(() -> find(code, Optional.of("cnts > 1"), List.of()))
                    .isInstanceOf(ExpressionError.class)
                    .hasMessageContaining("no variable 'cnts'");
            assertThatThrownBy(() -> find(code, Optional.of("cost > 1"), List.of()))
                    .isInstanceOf(ExpressionError.class)
                    .hasMessageContaining("is of a call");
            assertThatThrownBy(() -> code.instances(
                            query("Shelf$Priced", Optional.empty(), List.of(), Duration.ofSeconds(60)), () -> false))
                    .hasMessageContaining("is an interface")
                    .hasMessageContaining("Shelf$Tin");
            nothing_is_left(target);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks_and_collectors")
    void reads_what_every_collector_writes(List<Object> jvm) throws Exception {
        try (TargetProgram target =
                TargetProgram.start((Jdk) jvm.get(0), List.of("-XX:-UseSerialGC", (String) jvm.get(1)), Shelf.class)) {
            LoadedCode code = host.open(target.pid(), "ada/1").code();
            Instances found = find(code, Optional.of("next.cents == cents - 1 && cents % 50 == 0"), List.of("name"));
            assertThat(found.matching()).isEqualTo(3);
            assertThat(found.found().stream().map(Instance::values))
                    .extracting(values -> values.get("name"))
                    .containsExactlyInAnyOrder(
                            new Value.Text("tin-50", 6), new Value.Text("tin-100", 7), new Value.Text("tin-150", 7));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void gives_up_when_the_jvm_would_stand_still_for_too_long_and_the_jvm_goes_on(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Shelf.class)) {
            LoadedCode code = host.open(target.pid(), "ada/1").code();
            assertThatThrownBy(() ->
                            code.instances(query("Shelf$Tin", Optional.empty(), List.of(), Duration.ZERO), () -> false))
                    .isInstanceOf(TargetError.class)
                    .hasMessageContaining("given up");
            assertThat(target.ask("you", "OPENED")).isEqualTo("OPENED hello you 7");
            assertThatThrownBy(() -> code.instances(
                            query("Shelf$Tin", Optional.empty(), List.of(), Duration.ofSeconds(60)), () -> true))
                    .hasMessageContaining("cancelled");
            assertThat(target.ask("me", "OPENED")).isEqualTo("OPENED hello me 7");
            Profiling profiling = host.open(target.pid(), "ada/1").profiling();
            try (FileChannel full = FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE)) {
                assertThatThrownBy(() -> profiling.dumpHeap(dump(Long.MAX_VALUE), full))
                        .isInstanceOf(TargetError.class)
                        .hasMessage("the dump was given up: it cannot be kept: No space left on device");
            }
            assertThatThrownBy(() ->
                            profiling.dumpHeap(dump(1 << 20), Channels.newChannel(OutputStream.nullOutputStream())))
                    .isInstanceOf(TargetError.class)
                    .hasMessage(
                            "the dump was given up: it is larger than 1 MiB, and no more of the server's disk may be"
                                    + " used");
            assertThat(target.ask("us", "OPENED")).isEqualTo("OPENED hello us 7");
            assertThat(find(code, Optional.empty(), List.of()).instances()).isEqualTo(200);
            nothing_is_left(target);
        }
    }

    /** Of the whole heap, which is larger than a megabyte in any JVM. */
    private static Profiling.HeapDumpOrder dump(long most) {
        return new Profiling.HeapDumpOrder(false, 0, most, Duration.ofSeconds(60), () -> false, bytes -> {});
    }

    private void nothing_is_left(TargetProgram target) throws Exception {
        List<Path> left;
        try (Stream<Path> files = Files.list(Path.of("/tmp"))) {
            left = files.filter(file -> file.getFileName().toString().startsWith(".sonde-heap-"))
                    .toList();
        }
        assertThat(left).isEmpty();
        try (Stream<Path> files = Files.walk(home)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("heap"));
        }
        assertThat(target.isAlive()).isTrue();
    }

    private static Instances find(LoadedCode code, Optional<String> condition, List<String> expressions)
            throws TargetError, ExpressionError {
        return code.instances(query("Shelf$Tin", condition, expressions, Duration.ofSeconds(60)), () -> false);
    }

    private static InstanceQuery query(
            String glob, Optional<String> condition, List<String> expressions, Duration standing) {
        return new InstanceQuery(
                new ClassChoice(glob, Optional.empty()), condition, expressions, 5, Limits.DEFAULT, standing);
    }
}
