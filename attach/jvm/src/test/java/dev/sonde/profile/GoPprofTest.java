package dev.sonde.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sonde.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code go tool pprof} says of our files is what we say, to the sample. Skipped where there is no Go. */
final class GoPprofTest {

    private static final Pattern LINE =
            Pattern.compile("\\s*(-?[\\d.]+)\\w*\\s+\\S+%\\s+\\S+%\\s+(-?[\\d.]+)\\w*\\s+\\S+%  (.*)");
    /** Of {@code -list}: flat, cum, number, text. */
    private static final Pattern SOURCE_LINE = Pattern.compile("\\s*(\\S+)\\s+(\\S+)\\s+(\\d+):(.*)");
    /** Of {@code -peek}: what passes between two. */
    private static final Pattern EDGE = Pattern.compile("\\s*(\\d+)ns\\s+\\S+%\\s+\\|   (.*)");
    /** Of its page: a row of the table. */
    private static final Pattern ENTRY =
            Pattern.compile("\"Name\":\"([^\"]*)\",\"InlineLabel\":\"[^\"]*\",\"Flat\":(-?\\d+),\"Cum\":(-?\\d+)");

    private static final Duration PATIENCE = Duration.ofMinutes(1);

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
            List<String> said = run(folder, command("-top", file.toString()));
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

    @Test
    void agrees_with_our_list(@TempDir Path folder) throws Exception {
        Profile profile = RandomProfile.of(Kind.CPU, new Random(11));
        Path file = Files.write(folder.resolve("cpu.pb.gz"), PprofFile.write(profile));
        Path sources = source(folder);
        List<String> said =
                run(folder, command("-unit=ns", "-list=^shop[.]", "-source_path=" + sources, file.toString()));
        Map<String, Map<Integer, String>> listed = new TreeMap<>();
        Map<Integer, String> routine = new TreeMap<>();
        for (String line : said) {
            Matcher matcher = SOURCE_LINE.matcher(line);
            if (line.startsWith("ROUTINE ===")) {
                String[] words = line.split(" ", -1);
                assertThat(words[4]).matches("shop/p[01]/C.java");
                routine = listed.computeIfAbsent(words[2], unused -> new TreeMap<>());
            } else if (matcher.matches()) {
                assertThat(matcher.group(4)).isEqualTo("// line " + matcher.group(3));
                String costs = amount(matcher.group(1)) + " " + amount(matcher.group(2));
                if (!costs.equals("0 0")) {
                    routine.put(Integer.parseInt(matcher.group(3)), costs);
                }
            }
        }
        Map<String, Map<Integer, String>> ours = new TreeMap<>();
        profile.samples().stream()
                .flatMap(sample -> sample.stack().stream())
                .filter(frame -> frame.file().equals("C.java"))
                .forEach(frame -> ours.computeIfAbsent(frame.name(), name -> costs(profile, name)));
        assertThat(listed).isEqualTo(ours).hasSizeGreaterThan(10);
    }

    /** Sources whose lines say which they are. */
    private static Path source(Path folder) throws IOException {
        List<String> lines =
                IntStream.rangeClosed(1, 9).mapToObj(line -> "// line " + line).toList();
        for (String each : List.of("p0", "p1")) {
            Path under = Files.createDirectories(folder.resolve("sources/shop").resolve(each));
            Files.write(under.resolve("C.java"), lines);
        }
        return folder.resolve("sources");
    }

    private static String amount(String said) {
        return said.equals(".") ? "0" : said.replaceFirst("ns$", "");
    }

    private static Map<Integer, String> costs(Profile profile, String method) {
        Map<Integer, String> costs = new TreeMap<>();
        LineCosts.of(
                        profile,
                        1,
                        frame -> frame.name().equals(method) && frame.file().equals("C.java"))
                .lines()
                .forEach((line, cost) -> {
                    if (line > 0 && (cost.flat() != 0 || cost.cum() != 0)) {
                        costs.put(line, cost.flat() + " " + cost.cum());
                    }
                });
        return costs;
    }

    @Test
    void agrees_with_our_peek(@TempDir Path folder) throws Exception {
        Profile profile = RandomProfile.of(Kind.CPU, new Random(11));
        Path file = Files.write(folder.resolve("cpu.pb.gz"), PprofFile.write(profile));
        for (Neighbours ours : Neighbours.of(profile, 1, By.METHOD, Pattern.compile("^shop[.]p0[.]C"))) {
            String name = ours.of().name();
            Map<String, String> callers = new TreeMap<>();
            Map<String, String> callees = new TreeMap<>();
            boolean below = false;
            for (String line : run(folder, command("-unit=ns", "-peek=^\\Q" + name + "\\E$", file.toString()))) {
                Matcher edge = EDGE.matcher(line);
                if (edge.matches() && !edge.group(1).equals("0")) {
                    (below ? callees : callers).put(edge.group(2).replace(" (inline)", ""), edge.group(1));
                }
                below |= line.endsWith("| " + name);
            }
            assertThat(callers).as("who calls " + name).isEqualTo(edges(ours.callers()));
            assertThat(callees).as("whom calls " + name).isEqualTo(edges(ours.callees()));
        }
    }

    private static Map<String, String> edges(List<Neighbours.Edge> edges) {
        Map<String, String> values = new TreeMap<>();
        edges.stream()
                .filter(edge -> edge.value() != 0)
                .forEach(edge -> values.put(edge.name(), Long.toString(edge.value())));
        return values;
    }

    @Test
    void agrees_on_its_pages(@TempDir Path folder) throws Exception {
        Profile before = RandomProfile.of(Kind.CPU, new Random(5));
        Profile after = RandomProfile.of(Kind.CPU, new Random(11));
        Path first = Files.write(folder.resolve("before.pb.gz"), PprofFile.write(before));
        Path second = Files.write(folder.resolve("after.pb.gz"), PprofFile.write(after));
        // Not by the go command, which would leave it behind when it is ended.
        List<String> command = command(
                "-http=localhost:", "-no_browser", "-source_path=" + source(folder), "-diff_base", first.toString());
        command.add(second.toString());
        String tool = run(folder, List.of("go", "tool", "-n", "pprof")).get(0);
        command.subList(0, 3).clear();
        command.add(0, tool);
        Path output = folder.resolve("http");
        Process process = start(folder, output, command);
        try {
            Pattern address = Pattern.compile("Serving web UI on (http://localhost:\\d+)\\s");
            Await.until("the address of pprof's pages", PATIENCE, () -> {
                assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
                return address.matcher(Files.readString(output)).find();
            });
            Matcher found = address.matcher(Files.readString(output));
            assertThat(found.find()).isTrue();
            String pages = found.group(1) + "/ui/";
            Await.until("pprof's first page", PATIENCE, () -> answers(pages + "top"));
            Map<String, String> values = new TreeMap<>();
            Matcher entries = ENTRY.matcher(page(pages + "top"));
            while (entries.find()) {
                String name = entries.group(1).replace("\\u003c", "<").replace("\\u003e", ">");
                values.put(name, entries.group(2) + " " + entries.group(3));
            }
            Profile difference = Difference.between(before, after, false).profile();
            assertThat(values).isEqualTo(values(Top.of(difference, 1, By.METHOD, false)));
            assertThat(page(pages + "flamegraph")).contains("shop.p0.C0.m1");
            assertThat(page(pages + "peek?f=shop")).contains("shop.p0.C0.m1");
            assertThat(page(pages + "source?f=shop")).contains("shop/p0/C.java", "// line 1");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static boolean answers(String address) {
        try {
            return !page(address).isEmpty();
        } catch (ConnectException e) {
            return false; // it listens a moment after it has said so
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String page(String address) throws IOException {
        try (InputStream in = URI.create(address).toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<String> pprof(Path folder, String unit, String... arguments) throws Exception {
        List<String> command = command("-top", "-unit=" + unit);
        command.addAll(List.of(arguments));
        return run(folder, command);
    }

    /** {@code go tool pprof}, told to leave nothing out. */
    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "go", "tool", "pprof", "-symbolize=none", "-nodecount=1000", "-nodefraction=0", "-edgefraction=0"));
        command.addAll(List.of(arguments));
        return command;
    }

    private static List<String> run(Path folder, List<String> command) throws Exception {
        Path output = folder.resolve("output");
        Process process = start(folder, output, command);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
        return lines;
    }

    private static Process start(Path folder, Path output, List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("PPROF_TMPDIR", folder.toString());
        try {
            return builder.start();
        } catch (IOException e) {
            assumeTrue(false, "there is no Go here");
            throw e;
        }
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
