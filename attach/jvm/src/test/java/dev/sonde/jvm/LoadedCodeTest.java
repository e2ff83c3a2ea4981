package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.jvm.LoadedCode.ClassChoice;
import dev.sonde.jvm.LoadedCode.ClassReport;
import dev.sonde.jvm.LoadedCode.ClassReports;
import dev.sonde.jvm.LoadedCode.ClassSourceText;
import dev.sonde.jvm.LoadedCode.LoaderReport;
import dev.sonde.jvm.LoadedCode.MethodReport;
import dev.sonde.jvm.LoadedCode.MethodReports;
import dev.sonde.jvm.LoadedCode.Statics;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.source.SourceText;
import dev.sonde.wire.Limits;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Classes, methods, loaders, sources and static state of real JVMs. */
final class LoadedCodeTest {

    private static final Path SOURCES = Path.of("src/test/java");

    private final LocalHost host;
    private final Path home;

    LoadedCodeTest(@TempDir Path home) throws Exception {
        this.home = home;
        host = LocalHost.open(
                home.resolve("home"), Safeguards.STANDARD, new SourcePlaces(List.of(SOURCES.toAbsolutePath())));
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
    void tells_of_classes_and_why_one_cannot_be_woven(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Shelf.class)) {
            LoadedCode code = open(target).code();
            ClassReport tin = one(code, "Shelf$Tin");
            assertThat(tin.loader()).isEqualTo("app");
            assertThat(tin.origin().orElseThrow()).endsWith("test-classes/");
            assertThat(tin.refusal()).isEmpty();
            assertThat(tin.kind()).isEqualTo("class");
            assertThat(one(code, "Shelf$Priced").kind()).isEqualTo("interface");
            ClassReport map = one(code, "java.util.HashMap");
            assertThat(map.loader()).isEqualTo("boot");
            assertThat(map.origin()).contains("java.base");
            assertThat(map.version().orElseThrow()).startsWith(Integer.toString(jdk.feature()));
            assertThat(map.refusal()).contains("the hooks themselves run on it");
            ClassReports hidden = code.classes(choice("*Shelf$Twin/*"), 10, false);
            assertThat(hidden.classes()).hasSize(1);
            assertThat(hidden.classes().get(0).kind()).isEqualTo("generated");
            assertThat(hidden.classes().get(0).refusal().orElseThrow()).contains("made at run time");
            assertThat(code.classes(choice("*Shelf$$Lambda*"), 10, false).classes())
                    .isNotEmpty()
                    .allMatch(report -> report.refusal().isPresent());
            ClassReports twins = code.classes(choice("Shelf$Twin"), 10, false);
            assertThat(twins.classes()).extracting(ClassReport::loader).containsExactly("own-0", "own-1");
            assertThat(code.classes(new ClassChoice("Shelf$Twin", Optional.of("own-1")), 10, false)
                            .classes())
                    .hasSize(1);
            assertThat(code.classes(choice("*"), 3, false).classes()).hasSize(3);
            assertThat(code.classes(choice("no.such.*"), 3, false).matched()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void judges_methods_as_arming_does(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Shelf.class)) {
            Target handle = open(target);
            LoadedCode code = handle.code();
            MethodReports half = code.methods(choice("Shelf$Half"), "*");
            assertThat(refusal(half, "half(int)")).contains("is abstract and has no code to weave");
            assertThat(refusal(half, "outside()")).contains("is native and has no code to weave");
            assertThat(refusal(half, "<init>()")).isEmpty();
            MethodReports shelf = code.methods(choice("Shelf"), "*");
            assertThat(shelf.methods()).extracting(MethodReport::method).anyMatch(name -> name.startsWith("lambda$"));
            assertThat(shelf.methods()).allMatch(report -> report.refusal().isEmpty());
            assertThat(shelf.methods().get(0).firstLine()).isPresent();
            MethodReports get = code.methods(choice("java.util.HashMap"), "get");
            assertThat(get.methods()).hasSize(1);
            assertThat(get.methods().get(0).refusal()).contains("the hooks themselves run on it");
            assertThatThrownBy(() -> code.methods(choice("Shelf"), "great")).hasMessageContaining("near: greet");

            // The judgement is the one of arming.
            assertThatThrownBy(() -> handle.arm(watch("Shelf$Half", "half"), new Heard()))
                    .hasMessageContaining("half(int) is abstract and has no code to weave");
            assertThatThrownBy(() -> handle.arm(watch("Shelf$Priced", "cents"), new Heard()))
                    .hasMessageContaining("is abstract")
                    .hasMessageContaining("loaded implementations: dev.sonde.jvm.Shelf$Tin");
            assertThatThrownBy(() -> handle.arm(watch("java.util.Map", "get"), new Heard()))
                    .hasMessageContaining("java.util.Map cannot be woven: the hooks themselves run on it")
                    .hasMessageContaining("name the method of the application that calls it");
            try (Probe probe = handle.arm(watch("Shelf", "greet"), new Heard())) {
                assertThat(probe.sites()).hasSize(1);
                assertThat(code.methods(choice("Shelf"), "*").methods().stream().filter(MethodReport::woven))
                        .extracting(MethodReport::method)
                        .containsExactly("greet(String)");
                assertThat(one(code, "dev.sonde.jvm.Shelf").woven()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void lists_loaders_parents_first(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Shelf.class)) {
            List<LoaderReport> loaders = open(target).code().loaders();
            assertThat(loaders)
                    .extracting(LoaderReport::name)
                    .startsWith("boot", "platform", "app")
                    .contains("own-0", "own-1");
            assertThat(loaders.stream().filter(loader -> loader.name().equals("own-0")))
                    .allMatch(loader -> loader.parent().equals(Optional.of("app")) && loader.classes() == 1);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void shows_source_as_written_or_decompiled_with_the_same_lines(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Shelf.class)) {
            LoadedCode code = open(target).code();
            ClassSourceText written = code.source(choice("Shelf"), Optional.empty(), Optional.empty(), false);
            assertThat(written.real()).isTrue();
            assertThat(text(written)).isEqualTo(Files.readString(SOURCES.resolve("dev/sonde/jvm/Shelf.java")));
            ClassSourceText decompiled = code.source(choice("Shelf"), Optional.empty(), Optional.empty(), true);
            assertThat(decompiled.real()).isFalse();
            assertThat(decompiled.from()).contains("decompiled");
            assertThat(text(decompiled)).contains("record Box(String label, int count", "enum Kind", "opened + 1");
            int line = number(written, "return GREETING + ");
            assertThat(number(decompiled, "return \"hello \" + who")).isEqualTo(line);

            ClassSourceText greet = code.source(choice("Shelf"), Optional.of("greet"), Optional.empty(), true);
            assertThat(text(greet).strip())
                    .startsWith("private static String greet(String who)")
                    .endsWith("}");
            ClassSourceText twice = code.source(choice("Shelf$Priced"), Optional.of("twice"), Optional.empty(), false);
            assertThat(text(twice).strip()).startsWith("default int twice() {").contains("2 * cents()");
            // of the JDK, and of a class that no loader has a file for
            assertThat(text(code.source(
                            choice("java.util.Optional"), Optional.of("isPresent"), Optional.empty(), true)))
                    .contains("public boolean isPresent()");

            for (String outside : List.of("/etc", "../../..", SOURCES.toAbsolutePath() + "/../../../pom.xml")) {
                assertThatThrownBy(() -> code.source(choice("Shelf"), Optional.empty(), Optional.of(outside), false))
                        .isInstanceOf(TargetError.class)
                        .hasMessageContaining("none of the places for sources");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void finds_version_and_sources_beside_the_jar(Jdk jdk) throws Exception {
        Path jar = home.resolve("shelf-1.2.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, "1.2.3");
        Path classes = Path.of(
                Shelf.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        jar(jar, manifest, classes, "dev/sonde/jvm", "Shelf");
        jar(home.resolve("shelf-1.2-sources.jar"), new Manifest(), SOURCES, "dev/sonde/jvm", "Shelf");
        try (TargetProgram target = TargetProgram.start(jdk, List.of("-cp", jar.toString(), Shelf.class.getName()));
                LocalHost nowhere = LocalHost.open(home.resolve("other"))) {
            LoadedCode code = nowhere.open(target.pid(), "ada/1").code();
            ClassReport report = one(code, "dev.sonde.jvm.Shelf");
            assertThat(report.origin()).contains(jar.toRealPath().toString());
            assertThat(report.version()).contains("1.2.3");
            ClassSourceText source = code.source(choice("Shelf"), Optional.empty(), Optional.empty(), false);
            assertThat(source.real()).isTrue();
            assertThat(source.from()).contains("sources jar beside");
            assertThatThrownBy(() -> code.source(choice("Shelf"), Optional.empty(), Optional.of("/etc"), false))
                    .hasMessageContaining("source-path names none");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void reads_static_state_and_initialises_nothing(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Shelf.class)) {
            LoadedCode code = open(target).code();
            Statics all = code.statics(choice("Shelf"), List.of(), Limits.DEFAULT);
            assertThat(all.values())
                    .containsEntry("opened", new Value.Whole(7))
                    .containsEntry("ratio", new Value.Real(0.5))
                    .containsEntry("nothing", new Value.Null())
                    .containsEntry("best", new Value.EnumConstant("dev.sonde.jvm.Shelf$Kind", "COFFEE"));
            assertThat(all.values().get("API_SECRET")).isInstanceOf(Value.Masked.class);
            assertThat(all.values().get("STOCK")).isInstanceOf(Value.Entries.class);
            assertThat(all.values().get("TINS"))
                    .isInstanceOfSatisfying(Value.Elements.class, tins -> assertThat(tins.size())
                            .isEqualTo(200));
            assertThat(all.toString()).doesNotContain("s3cret");
            Statics some = code.statics(
                    choice("Shelf"),
                    List.of("TINS[3].name", "STOCK.tea + opened", "TINS.filter(t, t.cents > 197).map(t, t.name)"),
                    Limits.DEFAULT);
            assertThat(some.values())
                    .containsEntry("TINS[3].name", new Value.Text("tin-3", 5))
                    .containsEntry("STOCK.tea + opened", new Value.Whole(10));
            assertThat(some.values().toString()).contains("tin-198", "tin-199").doesNotContain("tin-197");
            assertThatThrownBy(() -> code.statics(choice("Shelf"), List.of("opend"), Limits.DEFAULT))
                    .isInstanceOf(ExpressionError.class)
                    .hasMessageContaining("no variable 'opend'");
            assertThatThrownBy(() -> code.statics(choice("Shelf"), List.of("cost > 1"), Limits.DEFAULT))
                    .isInstanceOf(ExpressionError.class)
                    .hasMessageContaining("'cost' is of a call");
            assertThatThrownBy(() -> code.statics(choice("Shelf"), List.of("this"), Limits.DEFAULT))
                    .isInstanceOf(ExpressionError.class)
                    .hasMessageContaining("there is no this");
            assertThatThrownBy(() -> code.statics(choice("Shelf$Sleeping"), List.of(), Limits.DEFAULT))
                    .hasMessageContaining("not initialised");
            target.ask("you", "OPENED");
            assertThat(target.output()).noneMatch(line -> line.contains("SLEEPING"));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void tells_what_another_agent_changed(Jdk jdk) throws Exception {
        Path agent = home.resolve("stranger.jar");
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Premain-Class", Stranger.class.getName());
        main.putValue("Can-Retransform-Classes", "true");
        Path classes = Path.of(Stranger.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        jar(agent, manifest, classes, "dev/sonde/jvm", "Stranger");
        try (TargetProgram target =
                TargetProgram.start(jdk, List.of("-javaagent:" + agent + "=dev/sonde/jvm/Shelf"), Shelf.class)) {
            Target handle = open(target);
            assertThat(target.ask("you", "OPENED")).startsWith("OPENED HELLO you");
            ClassReports found = handle.code().classes(choice("dev.sonde.jvm.Shelf*"), 20, true);
            assertThat(found.notices()).anyMatch(notice -> notice.contains("stranger.jar"));
            assertThat(found.classes())
                    .filteredOn(report -> report.name().equals("dev.sonde.jvm.Shelf"))
                    .extracting(report -> report.changes().orElseThrow())
                    .containsExactly(List.of("greet(String) has other code"));
            assertThat(found.classes())
                    .filteredOn(report -> Set.of("dev.sonde.jvm.Shelf$Tin", "dev.sonde.jvm.Shelf$Box")
                            .contains(report.name()))
                    .hasSize(2)
                    .allMatch(report -> report.changes().equals(Optional.of(List.of())));
            // What we weave ourselves is no change of another's.
            try (Probe probe = handle.arm(watch("Shelf$Tin", "cents"), new Heard())) {
                assertThat(probe.ended()).isFalse();
                assertThat(handle.code().classes(choice("Shelf$Tin"), 1, true).classes())
                        .allMatch(report -> report.woven() && report.changes().equals(Optional.of(List.of())));
            }
        }
    }

    private Target open(TargetProgram target) throws TargetError {
        return host.open(target.pid(), "ada/1");
    }

    private static ClassChoice choice(String glob) {
        return new ClassChoice(glob, Optional.empty());
    }

    private static ClassReport one(LoadedCode code, String name) throws TargetError {
        List<ClassReport> found = code.classes(choice(name), 10, false).classes();
        assertThat(found).as(name).hasSize(1);
        return found.get(0);
    }

    private static Optional<String> refusal(MethodReports of, String method) {
        return of.methods().stream()
                .filter(report -> report.method().equals(method))
                .findFirst()
                .orElseThrow()
                .refusal();
    }

    private static String text(ClassSourceText source) {
        return source.text().lines().stream().map(line -> line.text() + "\n").collect(Collectors.joining());
    }

    private static int number(ClassSourceText source, String part) {
        return source.text().lines().stream()
                .filter(line -> line.text().contains(part))
                .map(SourceText.Line::number)
                .filter(OptionalInt::isPresent)
                .findFirst()
                .orElseThrow()
                .getAsInt();
    }

    private static ProbeSpec watch(String type, String method) {
        return ProbeSpec.of(ProbeSpec.Kind.WATCH, type, method).withRate(20).withLifetime(Duration.ofMinutes(5));
    }

    private static void jar(Path jar, Manifest manifest, Path root, String folder, String prefix) throws Exception {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = manifest.getMainAttributes().isEmpty()
                        ? new JarOutputStream(out)
                        : new JarOutputStream(out, manifest);
                var files = Files.list(root.resolve(folder))) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith(prefix))
                    .toList()) {
                entries.putNextEntry(new JarEntry(folder + "/" + file.getFileName()));
                Files.copy(file, entries);
                entries.closeEntry();
            }
        }
    }
}
