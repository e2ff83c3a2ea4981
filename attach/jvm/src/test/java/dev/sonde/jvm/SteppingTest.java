package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import dev.sonde.wire.Limits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Where a thread comes to that is stepped, as a table: the method of {@link Paces} that runs, the line where it stops, then
 * commands, each with what must be seen. A line goes by the remark at its end; {@code =5} is a value that is about to be
 * returned, {@code !Name} an exception that leaves the method; {@code on} means that the thread ran on, {@code done} that it came
 * to the end of all.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class SteppingTest {

    private static final String PACES = "dev.sonde.jvm.Paces";

    private static final List<String> TABLE = List.of(
            "straight | straight.1 | next straight.2 | next straight.3 | next straight.4 | next on",
            "straight | straight.2 | next 2 straight.4",
            "straight | straight.1 | until straight.3 | next straight.4",
            "straight | straight.1 | stepout =6",
            "straight | straight.1 | stepout =6 | next on",
            "straight | straight.4 | step on",
            "straight | straight.1 | continue done",
            "branch | branch.1 | next branch.2 | next branch.3 | next branch.5",
            "branch | branch.2 | step branch.3 | step branch.5",
            "branch | branch.1 | until branch.5",
            "branch | branch.1 | until branch.4 | ", // it is never come to: the frame ends
            "loop | loop.1 | next loop.2 | next loop.3 | next loop.2 | next loop.3 | next loop.2",
            "loop | loop.3 | next loop.2 | next loop.3 | continue loop.3 | continue loop.3 | continue loop.3 | continue done",
            "loop | loop.1 | until loop.4 | next on",
            "loop | loop.1 | next 3 loop.2",
            "loop | loop.1 | stepout =10",
            "whiles | whiles.1 | next whiles.2 | next whiles.3 | next whiles.2 | next whiles.3",
            "whiles | whiles.5 | next whiles.6 | next whiles.5 | next whiles.6 | next whiles.7",
            "nested | nested.1 | next nested.2 | next nested.3 | next nested.4 | next nested.3 | next nested.4 | next nested.3 | next nested.2",
            "nested | nested.1 | until nested.5",
            "fact | fact.1 | next fact.3 | next fact.1",
            "fact | fact.3 | step fact.1 | step fact.3 | step fact.1",
            "fact | fact.2 | stepout =1 | next fact.4",
            "fact | fact.4 | stepout =2 | next fact.4 | stepout =6 | next fact.4",
            "fact | fact.2 | next fact.4 | next fact.4 | next fact.4 | next fact.4 | next on",
            "calls | calls.1 | next calls.2 | next calls.3 | next on",
            "calls | calls.1 | step twice.1 | step twice.2 | step calls.2",
            "calls | calls.1 | step twice.1 | stepout =10 | next calls.2",
            "calls | calls.2 | step twice.1 | next twice.2 | next calls.3",
            "calls | calls.2 | step twice.1 | stepout =20 | step twice.1 | stepout =2 | next calls.3",
            "calls | calls.1 | stepout =32",
            "straight | straight.3 | next straight.4 | next on",
            "catcher | catcher.1 | next catcher.2 | next catcher.3 | next catcher.4 | next catcher.5",
            "catcher | catcher.2 | step middle.1 | step thrower.1 | next thrower.2 | next catcher.3",
            "catcher | catcher.2 | step middle.1 | stepout !IllegalStateException | next catcher.3",
            "catcher | catcher.2 | step middle.1 | next catcher.3",
            "catcher | thrower.2 | stepout !IllegalStateException | next on",
            "catcher | thrower.2 | next on",
            "finals | finals.1 | next finals.2 | next finals.3 | next finals.4 | next finals.5",
            "finals | finals.3 | next finals.4 | stepout =5",
            "finalCaught | finalCaught.1 | step finalThrow.1 | next finalThrow.2 | next finalThrow.3 | next finalThrow.end | next finalCaught.2 | next finalCaught.3",
            "finalCaught | finalCaught.1 | next finalCaught.2",
            "finalCaught | finalThrow.2 | stepout !IllegalStateException",
            "lambda | lambda.1 | next lambda.2 | next lambda.3",
            "lambda | lambda.2 | step lambda.in1 | next lambda.in2 | next lambda.3",
            "lambda | lambda.in1 | next lambda.in2 | next on",
            "lambda | lambda.in1 | stepout =6",
            "lambdas | lambdas.2 | step lambdas.out1 | step lambdas.out2 | step lambdas.3",
            "lambdas | lambdas.3 | step lambdas.in1 | next lambdas.in2 | next lambdas.4",
            "lambdas | lambdas.in1 | stepout =11",
            "streams | twice.1 | next twice.2 | continue twice.1 | continue twice.1",
            "streams | streams.5 | next streams.6",
            "bridge | bridge.1 | next bridge.2 | step bridge.in1 | next bridge.in2 | next bridge.3",
            "bridge | bridge.in1 | stepout =4",
            "virtual | virtual.2 | step square.1 | next square.2 | next virtual.3",
            "virtual | virtual.3 | step form.doubled | step square.1 | stepout =25",
            "virtual | virtual.2 | next virtual.3 | next virtual.4",
            "virtual | virtual.1 | step square.ctor | step form.ctor | next square.new",
            "construct | construct.1 | step derived.1 | step base.ctor | step base.1",
            "construct | derived.2 | next derived.3 | step derived.check1 | next derived.check3 | next derived.4 | next on",
            "construct | construct.1 | next construct.2 | next construct.3",
            "construct | base.1 | stepout =",
            "locked | locked.1 | next locked.2 | next on",
            "block | block.2 | next block.3 | next block.4 | next block.5",
            "block | block.5 | until block.6",
            "choice | choice.1 | next choice.4 | next choice.5 | next choice.7",
            "texts | texts.1 | next texts.2 | next texts.4",
            "resource | resource.1 | next resource.2 | next resource.3",
            "resource | resource.3 | until resource.4",
            "resource | door.close | stepout =",
            "record | record.1 | step point.ctor | step point.1",
            "record | record.2 | step point.sum | next record.3",
            "nothing | nothing.1 | next nothing.2 | stepout =",
            "outer | outer.1 | step inner.1 | next inner.2 | next outer.2 | next outer.3 | next on",
            "outer | inner.1 | stepout =15",
            "again | again.3 | next again.2 | next again.3 | next again.2",
            "again | again.3 | step twice.1 | stepout =0 | next again.2",
            "again | again.3 | continue again.3 | continue again.3 | continue again.3 | continue done",
            "virtual-thread straight | straight.1 | next straight.2 | stepout =6",
            "virtual-thread fact | fact.2 | stepout =1 | next fact.4");

    private static final Pattern REMARK = Pattern.compile("// ([a-zA-Z]+\\.[a-zA-Z0-9]+)$");

    private final Map<Jdk, TargetProgram> targets = new HashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private LocalHost host;
    private int runs;

    @BeforeAll
    void open(@TempDir Path home) throws Exception {
        host = LocalHost.open(home);
        List<String> source = Files.readAllLines(Path.of("src/test/java/dev/sonde/jvm/Paces.java"));
        for (int i = 0; i < source.size(); i++) {
            Matcher remark = REMARK.matcher(source.get(i));
            if (remark.find()) {
                lines.put(remark.group(1), i + 1);
            }
        }
    }

    @AfterAll
    void close() throws Exception {
        host.close();
        for (TargetProgram each : targets.values()) {
            each.close();
        }
    }

    static Stream<Arguments> sequences() {
        List<Arguments> all = new ArrayList<>();
        for (Jdk jdk : Jdk.all()) {
            for (String sequence : TABLE) {
                if (jdk.feature() >= 24 || !sequence.startsWith("virtual-thread")) {
                    all.add(Arguments.of(jdk, sequence));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("sequences")
    void comes_to(Jdk jdk, String sequence) throws Exception {
        if (!targets.containsKey(jdk)) {
            targets.put(jdk, TargetProgram.start(jdk, Paces.class));
        }
        TargetProgram target = targets.get(jdk);
        String[] cells = sequence.strip().split("\\s*\\|\\s*");
        String id = Integer.toString(++runs);
        Standing standing = new Standing();
        Target handle = host.open(target.pid(), "ann/s" + id);
        try {
            Probe probe = handle.arm(
                    Standing.at("*", "*", Optional.empty()).at("Paces:" + line(cells[1])), Parking.STANDARD, standing);
            boolean virtual = cells[0].startsWith("virtual-thread ");
            target.say((virtual ? "virtual " : "platform ") + cells[0].replace("virtual-thread ", "") + " " + id);
            Stop stop = standing.stop(1);
            assertThat(stop.line()).hasValue(line(cells[1]));
            for (int i = 2; i < cells.length; i++) {
                stop = go(stop, cells[i], standing, target, id);
            }
            probe.close();
            if (stop != null && stop.end().isEmpty()) {
                stop.resume(Stop.Way.CONTINUE, 1, 0);
            }
            target.awaitLine("DONE " + id + " ", Standing.SOON);
        } finally {
            handle.close();
        }
    }

    private Stop go(Stop stop, String cell, Standing standing, TargetProgram target, String id) throws Exception {
        String[] words = cell.split(" ");
        String wanted = words[words.length - 1];
        int count = words.length > 2 ? Integer.parseInt(words[1]) : 1;
        int before = standing.stops.size();
        Stop.Way way =
                switch (words[0]) {
                    case "next" -> Stop.Way.NEXT;
                    case "step" -> Stop.Way.STEP;
                    case "stepout" -> Stop.Way.STEP_OUT;
                    case "until" -> Stop.Way.UNTIL;
                    default -> Stop.Way.CONTINUE;
                };
        int until = way == Stop.Way.UNTIL ? line(wanted) : 0;
        stop.resume(way, count, until);
        if (wanted.equals("done")) {
            target.awaitLine("DONE " + id + " ", Standing.SOON);
            assertThat(standing.stops).hasSize(before);
            return stop;
        }
        if (wanted.equals("on") || (way == Stop.Way.UNTIL && wanted.equals("branch.4"))) {
            Await.until(
                    "it runs on",
                    Standing.SOON,
                    () -> stop.end().isPresent() && stop.end().get().cause() == Stop.Cause.RAN_ON);
            assertThat(standing.stops).hasSize(before);
            return stop;
        }
        Stop there = standing.stop(before + 1);
        assertThat(standing.stops).hasSize(before + 1);
        if (wanted.startsWith("=")) {
            assertThat(there.event()).isEqualTo(ProbeSpec.Event.RETURN);
            Optional<Value> result = there.outcome(Limits.DEFAULT);
            assertThat(result.map(value -> String.valueOf(((Value.Whole) value).value()))
                            .orElse(""))
                    .isEqualTo(wanted.substring(1));
        } else if (wanted.startsWith("!")) {
            assertThat(there.event()).isEqualTo(ProbeSpec.Event.THROW);
            Value error = there.outcome(Limits.DEFAULT).orElseThrow();
            assertThat(((Value.Thrown) error).className()).endsWith(wanted.substring(1));
        } else {
            assertThat(there.event()).isEqualTo(ProbeSpec.Event.ENTRY);
            assertThat(there.line().orElse(0)).as(cell).isEqualTo(line(wanted));
        }
        return there;
    }

    private int line(String remark) {
        Integer line = lines.get(remark);
        if (line == null) {
            throw new IllegalArgumentException("no line has the remark " + remark);
        }
        return line;
    }
}
