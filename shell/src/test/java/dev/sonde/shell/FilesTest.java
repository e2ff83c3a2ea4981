package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.profile.Format;
import dev.sonde.profile.PprofFile;
import dev.sonde.shell.invariants.Bastion;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import shop.Main;

/** Profiles and heaps as files, out and in, through the real {@code ssh} and {@code sftp}. */
final class FilesTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path folder;

    private static Bastion bastion;
    private static TargetProgram orders;

    @BeforeAll
    static void start() throws Exception {
        bastion = Bastion.start();
        orders = TargetProgram.start(Jdk.current(), List.of("-Dsonde.name=orders"), Main.class, "--until-eof");
        bastion.confine(orders.pid());
        Result taken = bastion.ssh("@orders profile wall --for 1s --interval 20ms");
        assertThat(taken.exit()).as(taken.err()).isZero();
    }

    @AfterAll
    static void stop() throws Exception {
        orders.close();
        bastion.close();
    }

    /** Runs a line with files for its standard input and output. */
    private static int ssh(String line, Path in, Path out) throws Exception {
        List<String> command = new ArrayList<>(bastion.client("ops"));
        command.addAll(List.of("--", line));
        return run(new ProcessBuilder(command).redirectInput(in.toFile()).redirectOutput(out.toFile()));
    }

    private static int run(ProcessBuilder builder) throws Exception {
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("no end in 120 s: " + builder.command());
        }
        return process.exitValue();
    }

    private static Path exported(Format format) throws Exception {
        Path file = folder.resolve("wall." + format.ending());
        assertThat(ssh("export 1 --format " + format.word(), Path.of("/dev/null"), file))
                .isZero();
        return file;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PERFETTO")
    void each_format_goes_home_through_ssh(Format format) throws Exception {
        byte[] bytes = Files.readAllBytes(exported(format));
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        switch (format) {
            case PPROF -> assertThat(PprofFile.read(bytes).total(0)).isPositive();
            case COLLAPSED -> assertThat(text).contains(";shop.");
            case JFR -> assertThat(text).startsWith("FLR\0");
            case HTML -> assertThat(text).startsWith("<!DOCTYPE html>").contains("shop");
            case SPEEDSCOPE -> assertThat(text).contains("file-format-schema.json", "shop.");
            case JSON -> assertThat(text).startsWith("{\"kind\":\"wall\"").contains("shop.");
            case PERFETTO -> throw new AssertionError("a timeline has it, a profile has not");
        }
    }

    @Test
    void what_was_exported_is_looked_at_and_imported_again() throws Exception {
        String top = bastion.ssh("top 1 -n 3").out().lines().skip(1).toList().toString();
        for (Format format : List.of(Format.PPROF, Format.JFR)) {
            Path shown = folder.resolve("shown");
            assertThat(ssh("top - -n 3", exported(format), shown)).isZero();
            assertThat(Files.readString(shown).lines().skip(1).toList())
                    .as(format.word())
                    .hasToString(top);
        }
        assertThat(ssh("profile import --name lap", exported(Format.COLLAPSED), folder.resolve("imported")))
                .isZero();
        assertThat(bastion.ssh("profile list").out()).contains("stacks  ", "lap");
        // By name, in the one folder that a line can write and read; and what a difference comes to.
        assertThat(bastion.ssh("export 1 kept").exit()).isZero();
        assertThat(bastion.ssh("diff 1 kept.pb.gz").out()).contains("nothing grew", "nothing shrank");
        assertThat(bastion.ssh("flame kept.pb.gz --depth 3").out()).contains("▏all");
        for (String name : List.of("../ops/kept.pb.gz", "/etc/passwd", ".hidden")) {
            assertThat(bastion.ssh("top " + name).exit()).as(name).isEqualTo(2);
        }
        assertThat(bastion.sshAs("eve", "top kept.pb.gz").err()).contains("there is no file kept.pb.gz");
        assertThat(bastion.ssh("export 1..kept.pb.gz --format html").err())
                .contains("a difference has values below zero");
    }

    @Test
    void a_broken_file_is_told_and_nothing_else() throws Exception {
        byte[] recording = Files.readAllBytes(exported(Format.JFR));
        Path cut = Files.write(folder.resolve("cut.jfr"), java.util.Arrays.copyOf(recording, recording.length / 2));
        assertThat(ssh("top -", cut, folder.resolve("nothing"))).isEqualTo(1);
        assertThat(bastion.sshWithInput("top -", "hello, world\n").err())
                .startsWith("top: what came cannot be read: ")
                .doesNotContain("internal error");
        assertThat(bastion.ssh("top -").err()).contains("it is empty");
    }

    @Test
    void sftp_gives_a_login_its_own_files_to_read() throws Exception {
        assertThat(bastion.ssh("export 1 mine --format collapsed").exit()).isZero();
        Result read = sftp("ops", "ls -l profiles", "get profiles/1.pb.gz got", "get recordings/mine.collapsed got2");
        assertThat(read.exit()).as(read.out()).isZero();
        assertThat(read.out()).contains("1.pb.gz", "1.jfr");
        assertThat(folder.resolve("got")).hasSameBinaryContentAs(exported(Format.PPROF));
        assertThat(folder.resolve("got2")).hasSameBinaryContentAs(exported(Format.COLLAPSED));
        assertThat(bastion.audit()).anyMatch(line -> line.contains("sftp get /profiles/1.pb.gz"));
        Path evil = Files.writeString(folder.resolve("evil"), "evil");
        for (String refused : List.of(
                "put " + evil + " profiles/2.pb.gz",
                "rm profiles/1.pb.gz",
                "mkdir more",
                "rename profiles/1.pb.gz profiles/3.pb.gz",
                "get ../home/authorized_keys got3",
                "get /etc/passwd got3",
                "get profiles/../../authorized_keys got3")) {
            assertThat(sftp("ops", refused).exit()).as(refused).isNotZero();
        }
        assertThat(folder.resolve("got3")).doesNotExist();
        assertThat(sftp("eve", "get profiles/1.pb.gz got4").exit()).isNotZero();
    }

    private static Result sftp(String login, String... lines) throws Exception {
        Path batch = Files.write(folder.resolve("batch"), List.of(lines));
        List<String> command = new ArrayList<>(bastion.client(login));
        command.set(0, "sftp");
        command.set(command.indexOf("-p"), "-P");
        command.addAll(1, List.of("-b", batch.toString()));
        Path said = folder.resolve("said");
        int exit = run(new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(said.toFile()));
        return new Result(exit, Files.readString(said), "");
    }

    @Test
    void a_heap_is_dumped_into_a_file_or_through_ssh() throws Exception {
        Path home = folder.resolve("heap.hprof");
        assertThat(ssh("@orders heap dump - --live", Path.of("/dev/null"), home))
                .isZero();
        assertThat(begin(home)).isEqualTo("JAVA PROFILE 1.0.2");
        Result kept = bastion.ssh("@orders heap dump orders");
        assertThat(kept.exit()).as(kept.err()).isZero();
        assertThat(kept.err()).contains("the JVM stood still for").contains("is not masked");
        Path there = bastion.recordings().resolve("orders.hprof");
        assertThat(begin(there)).isEqualTo("JAVA PROFILE 1.0.2");
        assertThat(Files.size(there)).isGreaterThan(1 << 20);
        assertThat(bastion.ssh("@orders heap dump orders").err()).contains("orders.hprof is there already");
        assertThat(bastion.sshAs("eve", "@orders heap dump -").exit()).isEqualTo(4);
    }

    private static String begin(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return new String(bytes, 0, Math.min(bytes.length, 18), StandardCharsets.ISO_8859_1);
    }

    /** The keys of a person at a terminal of the real {@code ssh}. */
    @Test
    void one_moves_about_in_a_flame_graph() throws Exception {
        List<String> command = new ArrayList<>(bastion.client("ops"));
        command.addAll(List.of("-tt", "--", "flame 1"));
        Path screen = folder.resolve("screen");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(screen.toFile());
        builder.environment().put("TERM", "xterm-256color");
        Process ssh = builder.start();
        try (OutputStream keys = ssh.getOutputStream()) {
            awaitOn(screen, "q leaves");
            press(keys, "/shop.OrderService.place\r");
            awaitOn(screen, "/shop.OrderService.place ");
            press(keys, "\r");
            awaitOn(screen, "› shop.OrderService.place");
            press(keys, "\u001b[B");
            press(keys, "q");
            assertThat(ssh.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(ssh.exitValue()).isZero();
        assertThat(shown(screen)).startsWith("\u001b[?1049h").endsWith("\u001b[?25h\u001b[?1049l");
    }

    private static void press(OutputStream keys, String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    /** What has come so far, which may end within a character. */
    private static String shown(Path screen) throws IOException {
        return new String(Files.readAllBytes(screen), StandardCharsets.UTF_8);
    }

    private static void awaitOn(Path screen, String text) throws Exception {
        Await.until(text + " on the screen", Duration.ofSeconds(60), () -> shown(screen)
                .contains(text));
    }
}
