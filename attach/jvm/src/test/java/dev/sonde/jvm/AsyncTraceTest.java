package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.internal.logging.InternalLogger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Call trees that go on in other threads, of real JVMs. */
final class AsyncTraceTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(200);

    private final LocalHost host;

    AsyncTraceTest(@TempDir Path home) throws Exception {
        host = LocalHost.open(home);
    }

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    static Stream<Jdk> withVirtualThreads() {
        return Jdk.all().stream().filter(jdk -> jdk.feature() >= 21);
    }

    @AfterEach
    void close() {
        host.close();
    }

    private static ProbeSpec trace(String method, Optional<Duration> tasks) {
        return trace(method, tasks, Optional.empty());
    }

    private static ProbeSpec trace(String method, Optional<Duration> tasks, Optional<String> condition) {
        return ProbeSpec.of(ProbeSpec.Kind.TRACE, "dev.sonde.jvm.Bakery", method)
                .withCondition(condition)
                .withRate(1000)
                .withLifetime(Duration.ofMinutes(5))
                .withLimits(Heard.PATIENT.withTree(3, 500))
                .following(new ProbeSpec.Follow(List.of(), List.of(), 500, tasks));
    }

    /** {@code Bakery.submit [FutureTask.run⇢baker [Bakery.lambda [Bakery.knead]]]}. */
    private static String shape(CallTree.Node node) {
        List<String> below = new ArrayList<>();
        node.children().forEach(child -> below.add(shape(child)));
        String name = node.className().substring(node.className().lastIndexOf('.') + 1);
        String method = node.method().substring(0, node.method().indexOf('('));
        return name + "." + (method.startsWith("lambda") ? "lambda" : method)
                + node.thread().map(thread -> "⇢" + thread).orElse("")
                + (node.failures() > 0 ? " !" : "")
                + (below.isEmpty() ? "" : " " + below);
    }

    /** The first tree of this shape that lacks no task. */
    private static Optional<CallTree.Node> find(Heard heard, String regex) {
        return heard.trees().stream()
                .filter(tree -> tree.missing() == 0)
                .map(CallTree::root)
                .filter(root -> shape(root).matches(regex))
                .findFirst();
    }

    /** Asks until a tree has the shape; the first come before all is followed. */
    private static CallTree.Node await(Heard heard, TargetProgram target, String word, String regex) throws Exception {
        try {
            Await.until("a tree like " + regex, SOON, () -> {
                target.ask(word, "SAID " + word);
                return find(heard, regex).isPresent();
            });
        } catch (AssertionError e) {
            throw new AssertionError(
                    e.getMessage()
                            + heard.ends
                            + heard.notices
                            + heard.trees().stream()
                                    .map(tree -> shape(tree.root()) + " lacks " + tree.missing())
                                    .distinct()
                                    .toList(),
                    e);
        }
        return find(heard, regex).orElseThrow();
    }

    private void follows(Jdk jdk, String word, String regex) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Bakery.class)) {
            follows(target, word, word, regex);
        }
    }

    private void follows(TargetProgram target, String word, String method, String regex) throws Exception {
        Heard heard = new Heard();
        try (Probe probe = host.open(target.pid(), "session").arm(trace(method, Optional.of(LONG)), heard)) {
            CallTree.Node root = await(heard, target, word, regex);
            assertThat(root.totalNanos()).isPositive();
            assertThat(probe.summary()).noneMatch(line -> line.startsWith("not followed: java."));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_task_of_an_executor_stands_below_the_call_that_submitted_it(Jdk jdk) throws Exception {
        follows(jdk, "submit", "Bakery.submit \\[FutureTask.run⇢baker \\[Bakery.lambda \\[Bakery.knead]]]");
        follows(jdk, "execute", "Bakery.execute \\[Bakery\\$\\$Lambda.run⇢baker \\[Bakery.lambda \\[Bakery.knead]]]");
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void the_time_in_the_queue_is_shown(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Bakery.class)) {
            Heard heard = new Heard();
            host.open(target.pid(), "session").arm(trace("queue", Optional.of(LONG)), heard);
            CallTree.Node root = await(
                    heard,
                    target,
                    "queue",
                    "Bakery.queue \\[FutureTask.run⇢baker \\[Bakery.lambda \\[Bakery.rest]], FutureTask.run⇢baker.*]");
            assertThat(root.children().get(0).waitNanos()).isPresent();
            // It begins when the first, which rests, has ended.
            assertThat(root.children().get(1).waitNanos().getAsLong()).isGreaterThan(20_000_000L);
            assertThat(root.selfNanos()).isEqualTo(root.totalNanos());
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void stages_of_a_completable_future_stand_below_the_stage_that_ended(Jdk jdk) throws Exception {
        follows(
                jdk,
                "future",
                "Bakery.future \\[CompletableFuture\\$AsyncSupply.run⇢baker \\[Bakery.lambda \\[Bakery.flour.*],"
                        + " CompletableFuture\\$UniApply.run⇢baker \\[Bakery.lambda \\[Bakery.dough.*");
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void tasks_of_fork_join_pools_are_followed(Jdk jdk) throws Exception {
        follows(jdk, "fork", "Bakery.fork \\[.*Bakery\\$Slice.run⇢ForkJoinPool-.*Bakery\\$Slice.compute.*");
        // On two processors the common pool has one thread, and a future gives each task its own. Who waits may help.
        follows(
                jdk,
                "common",
                "Bakery.common \\[CompletableFuture\\$AsyncSupply.run⇢(ForkJoinPool.commonPool|Thread-|main).*flour.*"
                        + " ForkJoinTask\\$.*run⇢(ForkJoinPool.commonPool|main).*flour.*");
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_scheduled_task_is_followed(Jdk jdk) throws Exception {
        follows(jdk, "delayed", "Bakery.delayed \\[ScheduledThreadPoolExecutor\\$ScheduledFutureTask.run⇢baker.*");
    }

    @ParameterizedTest
    @MethodSource("withVirtualThreads")
    void virtual_threads_are_followed(Jdk jdk) throws Exception {
        follows(jdk, "virtual", "Bakery.virtual \\[[^,]*.run⇢virtual #\\d+ \\[Bakery.lambda \\[Bakery.flour[^,]*");
        follows(jdk, "started", "Bakery.started \\[[^,]*.run⇢virtual #\\d+ \\[Bakery.lambda \\[Bakery.flour[^,]*");
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void what_a_task_throws_is_marked_where_it_passed(Jdk jdk) throws Exception {
        follows(jdk, "broken", "Bakery.broken \\[.*FutureTask.run⇢baker \\[Bakery.lambda ! \\[Bakery.burn !]].*");
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_task_that_its_pool_refuses_is_not_waited_for(Jdk jdk) throws Exception {
        follows(
                jdk,
                "refused",
                "Bakery.refused \\[Bakery.baker, Bakery.flour \\[Bakery.rest], .*Lambda.run⇢baker \\[Bakery.lambda \\[Bakery.rest]],"
                        + " .*Lambda.run⇢baker \\[Bakery.knead]]");
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void tasks_of_a_pool_that_tells_its_superclass_nothing_end_too(Jdk jdk) throws Exception {
        String task = "Bakery\\$\\$Lambda.run⇢baker \\[Bakery.lambda \\[Bakery.knead]]";
        follows(jdk, "own", "Bakery.own \\[" + task + ", " + task + "]");
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void whatever_implements_executor_is_one(Jdk jdk) throws Exception {
        String task = "Bakery.handedTo \\[Bakery\\$\\$Lambda.run⇢%s \\[Bakery.lambda \\[Bakery.knead]]]";
        try (TargetProgram target = TargetProgram.start(
                jdk, List.of(), Bakery.class, List.of(DefaultEventExecutor.class, InternalLogger.class))) {
            follows(
                    target,
                    "counter",
                    "handedTo",
                    task.formatted("baker").replace("[Bakery\\$", "[(Bakery.baker, )?Bakery\\$"));
            follows(target, "helper", "handedTo", task.formatted("helper"));
            follows(target, "errand", "handedTo", task.formatted("baker"));
            follows(target, "loop", "handedTo", task.formatted("baker"));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_task_is_found_by_the_queue_that_it_goes_through_by_the_thread_that_is_started_or_by_its_class(Jdk jdk)
            throws Exception {
        String task = "Bakery.handedTo \\[Bakery\\$%s.run⇢waiter \\[Bakery.lambda \\[Bakery.knead]]]";
        try (TargetProgram target = TargetProgram.start(jdk, Bakery.class)) {
            follows(target, "waiter", "handedTo", task.formatted("\\$Lambda"));
            follows(target, "tray", "handedTo", ".*" + task.formatted("Tray"));
            follows(target, "belt", "handedTo", task.formatted("\\$Lambda").replace("waiter", "packer"));
            follows(target, "direct", "handedTo", "Bakery.handedTo \\[Bakery.lambda \\[Bakery.knead]]");
            follows(target, "shelf", "stocked", "Bakery.stocked \\[.*Bakery\\$Tray.run⇢keeper \\[Bakery.lambda.*");
            follows(
                    target,
                    "thread",
                    "thread",
                    "Bakery.thread \\[Bakery\\$\\$Lambda.run⇢helper \\[Bakery.lambda \\[Bakery.knead]]]");
            follows(
                    target,
                    "apprentice",
                    "apprentice",
                    "Bakery.apprentice \\[.*Bakery\\$Apprentice.run⇢apprentice \\[Bakery.knead]]");
            follows(
                    target,
                    "market",
                    "market",
                    "Bakery.market \\[Bakery.lambda \\[Bakery.knead]"
                            + ", Bakery\\$\\$Lambda.run⇢porter \\[Bakery.lambda \\[Bakery.flour \\[Bakery.rest]]]"
                            + ", Bakery\\$\\$Lambda.run⇢porter \\[Bakery.lambda \\[Bakery.carry]]]");
            follows(
                    target,
                    "order",
                    "order",
                    "Bakery.order \\[(Bakery.baker, )?Bakery.dough \\[Bakery.knead], ExecutorCompletionService\\$"
                            + "QueueingFuture.run⇢baker \\[Bakery.lambda \\[Bakery.flour \\[Bakery.rest]]]]");
            follows(target, "clock", "clock", "Bakery.clock \\[.*Bakery\\$1?2?.run⇢clock \\[Bakery.knead]]");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void of_a_thousand_tasks_some_are_followed_and_the_others_counted(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Bakery.class)) {
            Heard heard = new Heard();
            Probe probe = host.open(target.pid(), "session").arm(trace("many", Optional.of(LONG)), heard);
            Await.until("a tree", SOON, () -> {
                target.ask("many", "SAID many");
                return heard.trees().stream().anyMatch(tree -> tree.unfollowed() > 0);
            });
            CallTree tree = heard.trees().stream()
                    .filter(each -> each.unfollowed() > 0)
                    .reduce((before, after) -> after)
                    .orElseThrow();
            assertThat(tree.root().children()).hasSizeBetween(1, 256);
            assertThat(tree.root().children().size() + tree.unfollowed()).isEqualTo(1_000);
            assertThat(probe.summary()).anyMatch(line -> line.contains("that there was no room for"));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void tasks_of_calls_that_nobody_wants_to_see_do_not_leave_the_target(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Bakery.class)) {
            Target handle = host.open(target.pid(), "session");
            Heard heard = new Heard();
            Probe probe = handle.arm(trace("queue", Optional.of(LONG), Optional.of("cost > 1000000")), heard);
            Probe all = handle.arm(trace("queue", Optional.of(LONG)), heard);
            await(heard, target, "queue", "Bakery.queue \\[FutureTask.run⇢baker .*");
            assertThat(sent(all)).isPositive();
            assertThat(sent(probe)).isZero();
        }
    }

    private static long sent(Probe probe) throws TargetError {
        return probe.counters().values().stream()
                .mapToLong(counters -> counters.reported)
                .sum();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_task_that_does_not_end_in_time_is_counted(Jdk jdk) throws Exception {
        for (String word : List.of("never", "long")) {
            try (TargetProgram target = TargetProgram.start(jdk, Bakery.class)) {
                Heard heard = new Heard();
                Probe probe = host.open(target.pid(), "session")
                        .arm(trace(word.equals("long") ? "outlives" : word, Optional.of(SHORT)), heard);
                Await.until("a tree", SOON, () -> {
                    target.ask(word, "SAID " + word);
                    return heard.trees().stream().anyMatch(tree -> tree.missing() == 1);
                });
                assertThat(probe.summary())
                        .anyMatch(line -> line.contains("not seen to end within 200 ms after the call"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void nothing_of_the_jdk_is_woven_unless_asked_for_nor_when_it_has_ended(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Bakery.class)) {
            Target handle = host.open(target.pid(), "session");
            Heard heard = new Heard();
            Probe plain = handle.arm(trace("submit", Optional.empty()), heard);
            await(heard, target, "submit", "Bakery.submit");
            assertThat(handle.classes("java.*", 20_000)).noneMatch(LoadedClass::woven);
            Probe async = handle.arm(trace("submit", Optional.of(LONG)), new Heard());
            Await.until("it is woven", SOON, () -> {
                target.ask("submit", "SAID submit");
                return handle.classes("java.util.concurrent.ThreadPoolExecutor", 2).stream()
                        .anyMatch(LoadedClass::woven);
            });
            async.close();
            plain.close();
            assertThat(handle.classes("java.*", 20_000)).noneMatch(LoadedClass::woven);
        }
    }
}
