package dev.sonde.commands.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.commands.Catalogue;
import dev.sonde.commands.FakeContext;
import dev.sonde.commands.FakeTarget;
import dev.sonde.commands.Line;
import dev.sonde.commands.Output;
import dev.sonde.commands.Row;
import dev.sonde.commands.output.JsonOutput;
import dev.sonde.commands.output.PeopleOutput;
import dev.sonde.commands.output.Printer;
import dev.sonde.commands.output.SafeText;
import dev.sonde.commands.output.Screen;
import dev.sonde.testing.Await;
import dev.sonde.wire.Buckets;
import dev.sonde.wire.ProbeCounters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What each call prints, kept in {@code goldens/CALL.80.txt}, {@code .200.txt} (terminals of that width) and {@code .json}.
 * {@code -Dgoldens=write} writes them anew.
 */
class GoldenTest {

    private static final Path GOLDENS = Path.of("src/test/resources/goldens");

    /** Notes rows and notices in the order they come in. */
    private static final class Tape implements Output {
        final List<Object> said = new ArrayList<>();

        @Override
        public synchronized void row(Row row) {
            said.add(row);
        }

        @Override
        public synchronized void notice(String text) {
            said.add(text);
        }

        synchronized List<Object> said() {
            return List.copyOf(said);
        }

        void replay(Printer printer) {
            for (Object one : said()) {
                if (one instanceof Row row) {
                    printer.row(row);
                } else {
                    printer.notice((String) one);
                }
            }
            printer.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ps, ps",
        "jvm, jvm",
        "threads.top-3.depth-2, threads --top 3 --depth 2",
        "threads.depth-0.order, threads --depth 0 'order-*'",
        "threads.group, threads --group --depth 3",
        "threads.blocked, threads --blocked",
        "threads.state-runnable, threads --state runnable",
        "threads.26, threads 26",
        "classes, classes '*Order*'",
        "classes.verify, classes '*Order*' --verify",
        "classes.nothing, classes nothing",
        "methods, methods Order",
        "loaders, loaders",
        "source, source Order place",
        "lines, lines OrderService.place",
        "fields, fields OrderService",
        "instances, instances Order --when 'id > 6'",
        "instances.expressions, instances Order name",
        "help.instances, help instances",
        "help, help",
        "help.watch, help watch",
        "help.snap, help snap",
        "help.lines, help lines",
        "help.trace, help trace",
        "help.stack, help stack",
        "help.record, help record",
        "help.record-list, help record list",
        "record.list, record list",
        "record.list.when, record list --when 'cost > 40 && error != null'",
        "record.show, record show 2",
        "record.diff, record diff 1 3",
        "help.threads, help threads",
        "top, top",
        "top.cum.by-class, top 1 --cum --by class -n 4",
        "top.difference, top 1..2 --lines",
        "top.thread, top --by thread",
        "tree, tree",
        "tree.bottom-up, tree 1 --bottom-up --focus Inventory",
        "peek, peek OrderService",
        "traces, traces -n 2",
        "flame, flame --search Inventory",
        "flame.difference, flame 1..2",
        "list.class, list OrderService 1",
        "diff, diff 1 2",
        "profile.list, profile list",
        "profile.show, profile show 1",
        "profile.threads, profile threads",
        "profile.cpu, profile cpu --for 100ms",
        "heap, heap",
        "heap.diff, heap diff --every 500ms --for 600ms",
        "help.export, help export",
        "help.flame, help flame",
        "help.profile, help profile",
        "help.top, help top",
        "help.play, help play",
        "play.list, play list",
        "play.check, play check deadlock",
        "play.dry-run, play slow-method class=OrderService method=place --dry-run",
        "help.guard, help guard",
        "guard.check, guard leaks --check",
        "guards, guards",
        "guard.show, guard show orders",
        "help.baseline-save, help baseline save",
        "help.baseline-compare, help baseline compare",
        "history, history",
        "select, select",
        "web, web",
        "help.timeline, help timeline",
    })
    void prints(String name, String line) throws Exception {
        FakeContext context = Samples.context();
        context.profiles.add(SampleProfiles.before(), false);
        context.profiles.add(SampleProfiles.after(), false);
        Tape tape = new Tape();
        context.output = tape;
        run(context, line);
        compare(name, tape);
    }

    /** One of the program that is known from the tests of timelines, recorded by JDK 17. */
    @ParameterizedTest
    @CsvSource({
        "timeline, timeline 1",
        "timeline.thread, timeline 1 --thread 'hold*' --waits 2",
        "timeline.list, profile list",
        "timeline.top, top 1 --by thread -n 3",
    })
    void prints_of_a_timeline(String name, String line) throws Exception {
        FakeContext context = Samples.context();
        SampleProfiles.keepTimeline(context.profiles);
        Tape tape = new Tape();
        context.output = tape;
        run(context, line);
        compare(name, tape);
    }

    @ParameterizedTest
    @CsvSource({
        "watch, watch OrderService place",
        "watch.entry, watch OrderService place --entry",
        "stack, stack OrderService place",
        "stack.group, stack OrderService place --group",
        "stack.group.top-down, stack OrderService place --group --top-down",
        "record, record OrderService place",
        "trace, trace OrderService place",
        "trace.async, trace OrderService place --async",
        "snap, snap OrderService.place:+3",
        "snap.expressions, snap OrderService.java:42 order.id",
        "snap.log, snap OrderService:42 --log 'order {order.id} of {order.name} took {{ms}}'",
        "snap.throw, snap --throw OutOfStockException",
    })
    void prints_what_a_probe_sees(String name, String line) throws Exception {
        FakeContext context = Samples.context();
        FakeTarget target = (FakeTarget) context.target.orElseThrow();
        Tape tape = new Tape();
        context.output = tape;
        Thread user = new Thread(() -> {
            try {
                Await.until(
                        "a probe", Duration.ofSeconds(30), () -> target.last().isPresent());
                FakeTarget.FakeProbe probe = target.last().orElseThrow();
                Samples.hits(line).forEach(probe.listener::hit);
                probe.end("3 calls were asked for", new ProbeCounters(1_210, 1, 3, 1_204, 3, 2, 0, 0, new long[0]));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        user.start();
        run(context, line);
        user.join();
        compare(name, tape);
    }

    @ParameterizedTest
    @CsvSource({"count, count OrderService place --every 100ms --for 150ms"})
    void prints_what_a_count_reads(String name, String line) throws Exception {
        FakeContext context = Samples.context();
        FakeTarget target = (FakeTarget) context.target.orElseThrow();
        long[] buckets = new long[Buckets.COUNT];
        buckets[Buckets.of(1_000_000)] = 90;
        buckets[Buckets.of(41_000_000)] = 10;
        Map<String, ProbeCounters> counters = new LinkedHashMap<>();
        counters.put(
                "shop.OrderService.place(Order, int)",
                new ProbeCounters(100, 7, 0, 0, 0, 0, 500_000_000, 41_500_000, buckets));
        counters.put("shop.OrderService.place(Order)", new ProbeCounters(0, 0, 0, 0, 0, 0, 0, 0, buckets.clone()));
        Tape tape = new Tape();
        context.output = tape;
        Thread user = new Thread(() -> {
            try {
                Await.until(
                        "a probe", Duration.ofSeconds(30), () -> target.last().isPresent());
                target.last().orElseThrow().counters = counters;
                Await.until("rows", Duration.ofSeconds(30), () -> tape.said().size() > 2);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            context.cancel.pull();
        });
        user.start();
        run(context, line);
        user.join();
        assertThat(target.last().orElseThrow().closed).isTrue();
        assertThat(tape.said().stream().filter(Row.class::isInstance)).isNotEmpty();
    }

    private static void run(FakeContext context, String line) throws Exception {
        Catalogue.Invocation invocation = Commands.all().parse(Line.parse(line));
        invocation.body().run(context);
    }

    private static void compare(String name, Tape tape) throws Exception {
        for (int columns : new int[] {80, 200}) {
            List<String> lines = new ArrayList<>();
            Screen screen = new Screen(OptionalInt.of(columns), false, ZoneOffset.UTC);
            tape.replay(new PeopleOutput(lines::add, line -> lines.add("! " + line), screen));
            assertThat(lines)
                    .allSatisfy(line -> assertThat(SafeText.width(line.startsWith("! ") ? line.substring(2) : line))
                            .as(line)
                            .isLessThanOrEqualTo(columns));
            golden(name + "." + columns + ".txt", lines);
        }
        List<String> json = new ArrayList<>();
        List<String> notices = new ArrayList<>();
        tape.replay(new JsonOutput(json::add, notices::add, Optional.of("4242"), ZoneOffset.UTC));
        ObjectMapper mapper = new ObjectMapper();
        for (String line : json) {
            assertThat(line).startsWith("{\"type\":\"").isEqualTo(SafeText.of(line));
            assertThat(mapper.readTree(line).has("target")).isTrue();
        }
        json.addAll(notices);
        golden(name + ".json", json);
    }

    private static void golden(String file, List<String> lines) throws Exception {
        String text = String.join("\n", lines) + "\n";
        Path golden = GOLDENS.resolve(file);
        if ("write".equals(System.getProperty("goldens"))) {
            Files.createDirectories(GOLDENS);
            Files.writeString(golden, text);
        }
        assertThat(golden).as("written with -Dgoldens=write").exists();
        assertThat(text).isEqualTo(Files.readString(golden));
    }
}
