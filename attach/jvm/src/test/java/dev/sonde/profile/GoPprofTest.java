package dev.sonde.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code go tool pprof} says of our files is what we say, to the sample. Skipped where there is no Go. */
final class GoPprofTest {

    private static final Pattern LINE =
            Pattern.compile("\\s*(-?[\\d.]+)\\w*\\s+\\S+%\\s+\\S+%\\s+(-?[\\d.]+)\\w*\\s+\\S+%  (.*)");

    @Test
    void agrees_with_our_top(@TempDir Path folder) throws Exception {
        for (Kind kind : List.of(Kind.CPU, Kind.ALLOC, Kind.THREADS)) {
            Profile profile = RandomProfile.of(kind, new Random(11));
            int type = profile.description().standardType();
            Path file = Files.write(folder.resolve(kind.word() + ".pb.gz"), PprofFile.write(profile));
            List<String> said = pprof(folder, kind == Kind.ALLOC ? "B" : "ns", file.toString());
            assertThat(said).contains("File: orders");
            assertThat(values(said)).isEqualTo(values(Top.of(profile, type, By.METHOD, false)));
        }
    }

    @Test
    void agrees_with_our_difference(@TempDir Path folder) throws Exception {
        Random random = new Random(5);
        Profile before = RandomProfile.of(Kind.CPU, random);
        Profile after = RandomProfile.of(Kind.CPU, random);
        Path first = Files.write(folder.resolve("before.pb.gz"), PprofFile.write(before));
        Path second = Files.write(folder.resolve("after.pb.gz"), PprofFile.write(after));
        Profile difference = Difference.between(before, after, false).profile();
        assertThat(values(pprof(folder, "ns", "-diff_base", first.toString(), second.toString())))
                .isEqualTo(values(Top.of(difference, 1, By.METHOD, false)));
    }

    @Test
    void prints_amounts_as_we_do(@TempDir Path folder) throws Exception {
        for (int seed = 1; seed < 4; seed++) {
            Profile profile = RandomProfile.of(seed % 2 == 0 ? Kind.ALLOC : Kind.CPU, new Random(seed));
            Top top = Top.of(profile, 1, By.METHOD, false);
            Path file = Files.write(folder.resolve(seed + ".pb.gz"), PprofFile.write(profile));
            List<Long> values = top.entries().stream()
                    .map(entry -> entry.flat() != 0 ? entry.flat() : entry.cum())
                    .toList();
            Amounts amounts = Amounts.of(profile.types().get(1), values, profile.total(1));
            List<String> said = run(
                    folder,
                    "go",
                    "tool",
                    "pprof",
                    "-symbolize=none",
                    "-top",
                    "-nodecount=1000",
                    "-nodefraction=0",
                    file.toString());
            for (Top.Entry entry : top.entries()) {
                String line = said.stream()
                        .filter(each -> each.endsWith("%  " + entry.name()))
                        .findFirst()
                        .orElse("nothing of " + entry.name() + " in " + said);
                assertThat(line.strip().replaceFirst("\\s.*", "")).as(line).isEqualTo(amounts.text(entry.flat()));
                assertThat(line).contains(" " + amounts.text(entry.cum()) + " ");
                assertThat(line).contains(Amounts.percent(entry.flat(), profile.total(1)) + " ");
                assertThat(line).contains(Amounts.percent(entry.cum(), profile.total(1)) + "  ");
            }
        }
    }

    private static List<String> pprof(Path folder, String unit, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "go",
                "tool",
                "pprof",
                "-symbolize=none",
                "-top",
                "-unit=" + unit,
                "-nodecount=1000",
                "-nodefraction=0"));
        command.addAll(List.of(arguments));
        return run(folder, command.toArray(String[]::new));
    }

    private static List<String> run(Path folder, String... command) throws Exception {
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("PPROF_TMPDIR", folder.toString());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            assumeTrue(false, "there is no Go here");
            throw e;
        }
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
        return lines;
    }

    private static Map<String, String> values(List<String> said) {
        Map<String, String> values = new TreeMap<>();
        for (String line : said) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                values.put(matcher.group(3), matcher.group(1) + " " + matcher.group(2));
            }
        }
        return values;
    }

    private static Map<String, String> values(Top top) {
        Map<String, String> values = new TreeMap<>();
        top.entries().forEach(entry -> values.put(entry.name(), entry.flat() + " " + entry.cum()));
        return values;
    }
}
