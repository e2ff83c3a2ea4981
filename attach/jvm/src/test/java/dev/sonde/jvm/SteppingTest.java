package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import kotlin.text.StringsKt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import scala.collection.StringOps$;

/**
 * Where a thread comes to that is stepped, as a table: the method of {@link Paces} or {@link Crossings} that runs, the line where
 * it stops (with {@code ==1} at the first hit alone), then commands, each with what must be seen. A line goes by the remark at
 * its end; {@code =5} is a value that is about to be returned, {@code !Name} an exception that leaves the method; {@code on}
 * means that the thread ran on, {@code done} that it came to the end of all, {@code no} that it is refused and stays. {@code print
 * n 5} and {@code up 1 n 5} look at a variable, there and in a frame above, where {@code ?} is one that is not known.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class SteppingTest {

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
            "branch | branch.1 | until branch.4 on", // it is never come to: the frame ends
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
            "straight | straight.3 | next 9 on",
            "straight | straight.3 | until straight.1 on", // it was passed: the frame ends
            "straight | straight.2 | until branch.1 no | next straight.3",
            "straight | straight.1 | until straight.4 | print c 6 | next on",
            "loop | loop.3 ==1 | until loop.3 | print i 1 | until loop.3 | print i 2",
            "loop | loop.2 ==1 | until loop.4 | print sum 10",
            "fact | fact.1 ==1 | next fact.3 | next fact.4 | print n 5 | print below 24 | next on",
            "fact | fact.3 ==2 | next fact.4 | print n 4 | stepout =24 | next fact.4 | print n 5",
            "fact | fact.1 ==1 | step 3 fact.3 | print n 4 | up 1 n 5 | up 2 n 5 | next fact.4 | print n 4",
            "each | each.1 | next each.2 | next each.3 | next each.end | next each.2 | next each.3 | next each.end | next each.2 | next each.4",
            "each | each.3 ==1 | until each.4 | print sum 7",
            "leaps | leaps.1 | next 7 leaps.4 | next leaps.2 | next leaps.3 | next leaps.5 | next leaps.6 | next leaps.8",
            "cleanup | cleanup.1 | next cleanup.2 | next cleanup.3 | next cleanup.4 | next cleanup.5 | next cleanup.end | next cleanup.6 | print a 2",
            "cleanup | cleanup.2 | until cleanup.5 | print a 1 | stepout =2",
            "finalCaught | finalThrow.3 | next finalThrow.end | stepout !IllegalStateException",
            "rethrow | rethrow.1 | next rethrow.2 | next rethrow.3 | stepout =-1",
            "rethrow | rethrow.1 | step deep.1 | step thrower.1 | stepout !IllegalStateException | next deep.2 | next deep.3 | next rethrow.2",
            "rethrow | rethrow.1 | step deep.1 | next deep.2 | stepout !IllegalArgumentException | next rethrow.2",
            "over | over.1 | next over.2 | next over.3 | next over.1 | next on",
            "over | over.1 | step over.2 | step twice.1 | stepout =10 | step over.3 | step inner.1 | stepout =15 | step over.1 | step sum.1 | stepout =25",
            "enums | enums.1 | step size.1 | stepout * | next enums.2 | next enums.4 | step twice.1 | stepout =10",
            "yields | yields.1 | next yields.4 | step twice.1 | next twice.2 | next yields.5 | next yields.7",
            "pattern | pattern.1 | next pattern.2 | next pattern.3 | print text n5",
            "mutual | mutual.1 | step even.1 | step even.3 | step odd.1 | up 1 n 5 | step odd.3 | step even.1 | print n 3 | up 1 n 4 | up 2 n 5",
            "mutual | mutual.1 | step even.1 | next even.3 | next mutual.2 | print a 0",
            "held | held.2 | step held.in1 | next held.in2 | stepout =15 | next held.3",
            "referred | referred.2 | step held.squared | stepout =25",
            "reflected | reflected.2 | step twice.1 | next twice.2 | next reflected.3",
            "handled | handled.3 | step inner.1 | stepout =15 | next handled.4",
            "sorted | sorted.2 | step sorted.in1 | next sorted.in2 | print by -4 | next sorted.3",
            "anonymous | anonymous.2 | step greeting.twofold | step anonymous.in1 | step anonymous.in2 | stepout =6 | next anonymous.3",
            "iterated | iterated.2 | step upto.ctor | stepout = | step upto.iterator | stepout * | step iterated.2 | step upto.hasNext | stepout * | step upto.next",
            "iterated | iterated.3 ==1 | next iterated.end | next iterated.2 | next iterated.3 | next iterated.end | next iterated.2 | next iterated.4",
            "initial | initial.1 | step twice.1 | print n 5 | next twice.2 | next initial.2", // never in the
            // initialiser
            "chain | chain.made | step chain.1 | step chain.ctor | step chain.block | step twice.1 | stepout =2 | step chain.3 | step chain.end3 | step chain.2 | step inner.1",
            "chain | chain.1 | next chain.2 | next chain.end | next on",
            "lockThrow | lockThrow.1 | next lockThrow.2 | next lockThrow.3 | until lockThrow.5",
            "lockThrow | lockThrow.3 | step thrower.1 | up 1 n 5 | stepout !IllegalStateException",
            "resources | resources.3 | until resources.5 | stepout =1",
            "resources | resources.2 | next resources.3 | step thrower.1 | next thrower.2 | next resources.1 | next resources.4 | next resources.5",
            "nested | nested.4 ==1 | until nested.4 | print j 1 | until nested.4 | print i 1 | print j 0",
            "calls | calls.2 | step twice.1 | up 1 a 10 | up 1 b ? | stepout =20 | step twice.1 | print n 1 | up 1 a 10",
            "calls | twice.1 | up 1 n 5 | next twice.2",
            "lambda | lambda.2 | step lambda.in1 | print n 5 | up 1 n 5 | stepout =6",
            "kotlin | kotlin.1 | step kotlin.in1 | next kotlin.in2 | next kotlin.in3 | next kotlin.in4 | next kotlin.in3 | print i 1",
            "kotlin | kotlin.1 | step kotlin.in1 | stepout * | next kotlin.2",
            "scala | scala.2 | step scala.in1 | stepout * | next scala.3",
            "virtual-thread straight | straight.1 | next straight.2 | stepout =6",
            "virtual-thread calls | calls.1 | step twice.1 | up 1 n 5 | stepout =10 | next calls.2",
            "virtual-thread block | block.3 | next block.4 | next block.5 | next block.end | next block.6",
            "virtual-thread rethrow | rethrow.1 | step deep.1 | next deep.2 | stepout !IllegalArgumentException",
            "virtual-thread held | held.2 | step held.in1 | stepout =15",
            "virtual-thread fact | fact.2 | stepout =1 | next fact.4");

    /** Of kotlin-stdlib's commonPrefixWith: where it takes the shorter length, begins to count, compares, and counts. */
    private static final int[] COMMON_PREFIX = {898, 900, 901, 902};

    private static final Pattern REMARK = Pattern.compile("// ([a-zA-Z]+\\.[a-zA-Z0-9]+)$");

    private final Map<Jdk, TargetProgram> targets = new HashMap<>();
    private final Map<String, Line> lines = new LinkedHashMap<>();
    private LocalHost host;
    private int runs;

    /** @param type the outermost class of its file */
    private record Line(String type, int number) {}

    @BeforeAll
    void open(@TempDir Path home) throws Exception {
        host = LocalHost.open(home);
        for (Class<?> type : List.of(Paces.class, Crossings.class)) {
            List<String> source =
                    Files.readAllLines(Path.of("src/test/java/dev/sonde/jvm", type.getSimpleName() + ".java"));
            for (int i = 0; i < source.size(); i++) {
                Matcher remark = REMARK.matcher(source.get(i));
                if (remark.find()) {
                    lines.put(remark.group(1), new Line(type.getName(), i + 1));
                }
            }
        }
        for (int i = 0; i < 4; i++) {
            lines.put("kotlin.in" + (i + 1), new Line("kotlin.text.StringsKt__StringsKt", COMMON_PREFIX[i]));
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
            targets.put(
                    jdk, TargetProgram.start(jdk, List.of(), Paces.class, List.of(StringsKt.class, StringOps$.class)));
        }
        TargetProgram target = targets.get(jdk);
        String[] cells = sequence.strip().split("\\s*\\|\\s*", 0);
        String id = Integer.toString(++runs);
        Standing standing = new Standing();
        Target handle = host.open(target.pid(), "ann/s" + id);
        try {
            String[] where = cells[1].split(" ", -1);
            Line first = line(where[0]);
            Probe probe = handle.arm(
                    Standing.at("*", "*", Optional.empty()).at(first.type + ":" + first.number),
                    where.length > 1
                            ? Parking.STANDARD.with(
                                    new Parking.Choice(Parking.Hits.parse(where[1]), "*", false, false, false))
                            : Parking.STANDARD,
                    standing);
            boolean virtual = cells[0].startsWith("virtual-thread ");
            target.say((virtual ? "virtual " : "platform ") + cells[0].replace("virtual-thread ", "") + " " + id);
            Stop stop = standing.stop(1);
            assertThat(stop.line()).hasValue(first.number);
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
        String[] words = cell.split(" ", -1);
        String wanted = words[words.length - 1];
        if (words[0].equals("print") || words[0].equals("up")) {
            look(stop, words[0].equals("up") ? Integer.parseInt(words[1]) : 0, words[words.length - 2], wanted);
            return stop;
        }
        int count = words.length > 2 && words[1].matches("\\d+") ? Integer.parseInt(words[1]) : 1;
        int before = standing.stops.size();
        Stop.Way way =
                switch (words[0]) {
                    case "next" -> Stop.Way.NEXT;
                    case "step" -> Stop.Way.STEP;
                    case "stepout" -> Stop.Way.STEP_OUT;
                    case "until" -> Stop.Way.UNTIL;
                    default -> Stop.Way.CONTINUE;
                };
        int until = way == Stop.Way.UNTIL ? line(words[1]).number : 0;
        if (wanted.equals("no")) {
            assertThatThrownBy(() -> stop.resume(way, 1, until)).hasMessageContaining("can carry no hook; near: ");
            return stop;
        }
        stop.resume(way, count, until);
        if (wanted.equals("done")) {
            target.awaitLine("DONE " + id + " ", Standing.SOON);
            Await.until("that the thread went on is told", Standing.SOON, () -> stop.end()
                    .isPresent());
            assertThat(standing.stops).hasSize(before);
            return stop;
        }
        if (wanted.equals("on")) {
            Await.until(
                    "it runs on",
                    Standing.SOON,
                    () -> stop.end().isPresent() && stop.end().get().cause() == Stop.Cause.RAN_ON);
            assertThat(standing.stops).hasSize(before);
            return stop;
        }
        Stop there = standing.stop(before + 1);
        assertThat(standing.stops).hasSize(before + 1);
        if (wanted.equals("*")) {
            assertThat(there.event()).isEqualTo(ProbeSpec.Event.RETURN);
        } else if (wanted.startsWith("=")) {
            assertThat(there.event()).isEqualTo(ProbeSpec.Event.RETURN);
            Optional<Value> result = there.outcome(Limits.DEFAULT);
            assertThat(result.map(SteppingTest::plain).orElse("")).isEqualTo(wanted.substring(1));
        } else if (wanted.startsWith("!")) {
            assertThat(there.event()).isEqualTo(ProbeSpec.Event.THROW);
            Value error = there.outcome(Limits.DEFAULT).orElseThrow();
            assertThat(((Value.Thrown) error).className()).endsWith(wanted.substring(1));
        } else {
            assertThat(there.event()).isEqualTo(ProbeSpec.Event.ENTRY);
            Line line = line(wanted);
            assertThat(there.className() + ":" + there.line().orElse(0))
                    .as(cell)
                    .startsWith(line.type)
                    .endsWith(":" + line.number);
            assertThat(there.stack().get(0).line()).as(cell).isEqualTo(line.number);
        }
        return there;
    }

    private static void look(Stop stop, int frame, String name, String wanted) throws Exception {
        Variables there = stop.variables(frame);
        if (wanted.equals("?")) {
            assertThat(there.locals()).doesNotContain(name);
            return;
        }
        Value value = there.evaluate(List.of(name), Limits.DEFAULT).get(0);
        if (!wanted.equals("*")) {
            assertThat(plain(value)).as(name).isEqualTo(wanted);
        }
    }

    private static String plain(Value value) {
        return value instanceof Value.Text text ? text.text() : String.valueOf(((Value.Whole) value).value());
    }

    private Line line(String remark) {
        Line line = lines.get(remark);
        if (line == null) {
            throw new IllegalArgumentException("no line has the remark " + remark);
        }
        return line;
    }
}
