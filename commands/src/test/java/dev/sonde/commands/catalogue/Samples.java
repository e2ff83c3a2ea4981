package dev.sonde.commands.catalogue;

import dev.sonde.commands.Context;
import dev.sonde.commands.FakeCode;
import dev.sonde.commands.FakeContext;
import dev.sonde.commands.FakeTarget;
import dev.sonde.jvm.CallTree;
import dev.sonde.jvm.CallerFrame;
import dev.sonde.jvm.Hit;
import dev.sonde.jvm.JvmProcess;
import dev.sonde.jvm.JvmReport;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.TargetId;
import dev.sonde.jvm.ThreadReport;
import dev.sonde.jvm.ThreadReport.JvmThread;
import dev.sonde.jvm.Value;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** An order service as its JVM would tell of it, with things in it that no terminal should meet. */
final class Samples {

    static final Instant NOW = Instant.parse("2026-03-01T09:30:00.125Z");
    static final String EVIL = "worker\u001b[2J\u202egnp.exe\n\u0007";

    private Samples() {}

    static FakeContext context() {
        FakeContext context = new FakeContext();
        FakeTarget target = new FakeTarget();
        target.report = Optional.of(report());
        target.threads = threads();
        target.code = Optional.of(new FakeCode());
        target.profiling = Optional.of(SampleProfiles.engine());
        context.target = Optional.of(target);
        context.guards = new SampleGuards();
        context.visible.addAll(processes());
        context.history.add(new Context.PastLine(NOW, "watch OrderService place -n 3"));
        context.history.add(new Context.PastLine(NOW.plusSeconds(5), "threads --group"));
        hits().forEach(hit -> context.recordings.add(target.id(), target.name(), hit, 1_000));
        return context;
    }

    private static List<JvmProcess> processes() {
        return List.of(
                new JvmProcess(
                        new TargetId("local", 4242, FakeTarget.STARTED),
                        "orders",
                        "shop.Main --load 4",
                        Optional.of("17.0.15"),
                        Optional.of(Duration.ofMinutes(193)),
                        OptionalLong.of(181_403_648),
                        OptionalDouble.of(12.34),
                        "app",
                        Optional.empty()),
                new JvmProcess(
                        new TargetId("local", 977, FakeTarget.STARTED),
                        "a-service-with-a-name-that-nobody-can-remember-and-that-is-too-long-for-a-terminal.jar",
                        "/opt/a.jar",
                        Optional.of("25.0.3"),
                        Optional.of(Duration.ofSeconds(9)),
                        OptionalLong.of(900),
                        OptionalDouble.of(0),
                        "app",
                        Optional.empty()),
                new JvmProcess(
                        new TargetId("local", 1, FakeTarget.STARTED),
                        EVIL,
                        "init",
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.empty(),
                        OptionalDouble.empty(),
                        "root",
                        Optional.of("it belongs to root, and we are app")));
    }

    private static JvmReport report() {
        return new JvmReport(
                new TargetId("local", 4242, FakeTarget.STARTED),
                "orders",
                "OpenJDK 64-Bit Server VM",
                "17.0.15+6-Debian-1deb12u1",
                "shop.Main --load 4",
                List.of("-Xmx256m", "-Dsonde.name=orders"),
                List.of("-XX:MaxHeapSize=268435456", "-XX:+UseSerialGC"),
                Duration.ofHours(51),
                181_403_648,
                260_046_848,
                OptionalLong.of(268_435_456),
                List.of(
                        new JvmReport.Pool("Eden Space", 41_943_040, 71_303_168, OptionalLong.of(71_303_168)),
                        new JvmReport.Pool("Metaspace", 9_437_184, 9_961_472, OptionalLong.empty())),
                List.of(
                        new JvmReport.Collector("Copy", 1_204, Duration.ofMillis(3_911)),
                        new JvmReport.Collector("MarkSweepCompact", 0, Duration.ZERO)),
                OptionalLong.of(3_120),
                OptionalLong.of(0),
                OptionalLong.of(31),
                OptionalLong.of(40),
                OptionalLong.of(311_427_072),
                Optional.of(new JvmReport.Container(
                        OptionalLong.of(536_870_912), OptionalLong.of(330_000_000), Optional.of(1.5))));
    }

    private static final String PARK = "jdk.internal.misc.Unsafe.park(java.base@17.0.15/Native Method)";

    private static ThreadReport threads() {
        List<JvmThread> threads = new ArrayList<>();
        threads.add(thread(
                21,
                "order-1",
                Thread.State.RUNNABLE,
                41.3,
                List.of(
                        "shop.StandardPrices.cents(StandardPrices.java:31)",
                        "shop.OrderService.price(OrderService.java:70)",
                        "shop.OrderService.place(OrderService.java:41)",
                        "shop.Load.run(Load.java:60)",
                        "java.lang.Thread.run(java.base@17.0.15/Thread.java:840)")));
        threads.add(waiting(
                22,
                "order-2",
                "audit",
                "shop.Inventory@1f2a3b",
                List.of(
                        "shop.Inventory.reserve(Inventory.java:30)",
                        "shop.OrderService.reserve(OrderService.java:78)")));
        threads.add(waiting(23, EVIL, "order-2", "shop.Catalog@77aa", List.of("shop.Catalog.find(Catalog.java:12)")));
        threads.add(holding(
                24,
                "audit",
                "shop.Inventory@1f2a3b",
                List.of(
                        "java.lang.Thread.sleep(java.base@17.0.15/Native Method)",
                        "shop.Inventory.writeToLedger(Inventory.java:52)",
                        "shop.Inventory.audit(Inventory.java:44)")));
        threads.add(waiting(25, "left", "right", "java.lang.Object@b", List.of("shop.Transfer.move(Transfer.java:9)")));
        threads.add(waiting(26, "right", "left", "java.lang.Object@a", List.of("shop.Transfer.move(Transfer.java:9)")));
        IntStream.range(0, 41_203)
                .forEach(i -> threads.add(thread(
                        100 + i,
                        "session-" + i,
                        Thread.State.WAITING,
                        0,
                        List.of(PARK, "shop.Sessions.idle(Sessions.java:25)"))));
        IntStream.range(0, 3).forEach(i -> threads.add(virtual(90_000 + i)));
        threads.add(new JvmThread(
                OptionalLong.empty(),
                OptionalLong.of(7),
                "GC Thread#0",
                Optional.empty(),
                true,
                false,
                false,
                OptionalDouble.of(1.5),
                OptionalLong.empty(),
                Optional.of(Duration.ofMillis(911)),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty()));
        return new ThreadReport(NOW, Duration.ofMillis(500), threads, List.of(List.of("left", "right")), List.of());
    }

    private static JvmThread thread(long id, String name, Thread.State state, double cpu, List<String> frames) {
        return new JvmThread(
                OptionalLong.of(id),
                OptionalLong.empty(),
                name,
                Optional.of(state),
                false,
                false,
                false,
                OptionalDouble.of(cpu),
                OptionalLong.of(Math.round(cpu * 100_000)),
                Optional.of(Duration.ofMillis(id * 31)),
                frames,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static JvmThread waiting(long id, String name, String owner, String lock, List<String> frames) {
        return new JvmThread(
                OptionalLong.of(id),
                OptionalLong.empty(),
                name,
                Optional.of(Thread.State.BLOCKED),
                false,
                false,
                false,
                OptionalDouble.of(0),
                OptionalLong.of(0),
                Optional.of(Duration.ofMillis(5)),
                frames,
                List.of(),
                Optional.of(lock),
                Optional.of(owner));
    }

    private static JvmThread holding(long id, String name, String lock, List<String> frames) {
        return new JvmThread(
                OptionalLong.of(id),
                OptionalLong.empty(),
                name,
                Optional.of(Thread.State.TIMED_WAITING),
                true,
                false,
                true,
                OptionalDouble.of(0.2),
                OptionalLong.of(64),
                Optional.of(Duration.ofMillis(77)),
                frames,
                List.of(lock),
                Optional.empty(),
                Optional.empty());
    }

    private static JvmThread virtual(long id) {
        return new JvmThread(
                OptionalLong.of(id),
                OptionalLong.empty(),
                "",
                Optional.of(Thread.State.WAITING),
                true,
                true,
                false,
                OptionalDouble.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                List.of(
                        "java.lang.VirtualThread.park(java.base@25/VirtualThread.java:738)",
                        "shop.Mail.send(Mail.java:7)"),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** What the probe of a line would see. */
    static List<Hit> hits(String line) {
        if (line.startsWith("trace")) {
            return line.contains("--async") ? asyncTrees() : trees();
        }
        if (line.contains("--entry")) {
            return List.of(
                    twice(ProbeSpec.Event.ENTRY, 1, order("NEW", 1), false),
                    twice(ProbeSpec.Event.ENTRY, 2, order("NEW", 1), false),
                    twice(ProbeSpec.Event.RETURN, 2, order("NEW", 1), false),
                    twice(ProbeSpec.Event.THROW, 1, order("PAID " + EVIL, 3), true));
        }
        if (line.startsWith("snap")) {
            return snaps(line);
        }
        if (line.startsWith("stack")) {
            return List.of(
                    called("shop.Load.run", 35, true),
                    called("shop.Load.run", 35, true),
                    called("shop.Load.run", 35, false),
                    called("shop.Import.read", 7, true));
        }
        return hits();
    }

    /** What is at a line; or exceptions as they are made. */
    private static List<Hit> snaps(String line) {
        Hit failed = hits().get(1);
        Value order = hits().get(0).args().get(0);
        if (line.contains("--throw")) {
            return List.of(at(failed, failed.outcome(), List.of(), List.of(), List.of(), Optional.empty()));
        }
        Optional<Hit.Place> place = Optional.of(new Hit.Place(
                42,
                Optional.of("OrderService.java"),
                2,
                true,
                List.of("late: it has no value yet on every way there " + EVIL)));
        if (!line.equals("snap OrderService.place:+3")) {
            List<Value> values = List.of(new Value.Whole(8_817), new Value.Text("Zoë " + EVIL, 40));
            boolean one = !line.contains("--log");
            return List.of(
                    at(failed, Optional.empty(), List.of(), List.of(), one ? values.subList(0, 1) : values, place));
        }
        Optional<Value> self = Optional.of(new Value.Fields(
                "shop.OrderService", 1, List.of(Map.entry("inventory", new Value.Cut("shop.Inventory", "depth")))));
        List<Value> variables = List.of(order, new Value.Whole(3), new Value.Whole(15), new Value.Masked("char[]"));
        Optional<Hit.Place> bare = Optional.of(new Hit.Place(0, Optional.empty(), 0, false, List.of()));
        return List.of(
                at(failed, self, List.of("order", "quantity", "percent", "pin"), variables, List.of(), place),
                at(failed, Optional.empty(), List.of("slot0"), List.of(new Value.Whole(7)), List.of(), bare));
    }

    private static Hit at(
            Hit hit,
            Optional<Value> self,
            List<String> names,
            List<Value> variables,
            List<Value> values,
            Optional<Hit.Place> place) {
        return new Hit(
                hit.probe(),
                ProbeSpec.Event.ENTRY,
                hit.time(),
                OptionalLong.empty(),
                hit.threadId(),
                hit.thread(),
                hit.className(),
                hit.method(),
                names,
                self,
                variables,
                Optional.empty(),
                values,
                hit.dropped(),
                new Hit.More(
                        Optional.empty(),
                        Map.of(),
                        List.of(),
                        OptionalInt.empty(),
                        OptionalLong.empty(),
                        false,
                        place));
    }

    private static Value order(String status, long count) {
        Value line = new Value.Fields("shop.OrderLine", 1, List.of(Map.entry("count", new Value.Whole(count))));
        return new Value.Fields(
                "shop.Order",
                3,
                List.of(
                        Map.entry("id", new Value.Whole(8_817)),
                        Map.entry("status", new Value.Text(status, status.length())),
                        Map.entry("lines", new Value.Elements("java.util.ArrayList", 1, List.of(line)))));
    }

    private static Hit twice(ProbeSpec.Event event, long call, Value order, boolean changed) {
        boolean told = event == ProbeSpec.Event.ENTRY || changed;
        Hit hit = hit(event, told ? List.of(order, new Value.Whole(3)) : List.of(), Optional.empty(), List.of(), 0);
        return with(
                hit, Map.of("traceId", "0af7651916cd43dd8448eb211c80319c"), List.of(), OptionalLong.of(call), changed);
    }

    private static Hit called(String by, int line, boolean whole) {
        List<CallerFrame> stack = new ArrayList<>();
        stack.add(new CallerFrame("shop.OrderService", "place", Optional.of("OrderService.java"), 42));
        String name = by.substring(by.lastIndexOf('.') + 1);
        stack.add(new CallerFrame(by.substring(0, by.lastIndexOf('.')), name, Optional.of("Load.java"), line));
        if (whole) {
            stack.add(new CallerFrame("java.lang.Thread", "run", Optional.of("Thread.java"), 840));
        }
        Hit hit = hit(ProbeSpec.Event.ENTRY, List.of(), Optional.empty(), List.of(), 0);
        return with(hit, Map.of(), stack, OptionalLong.empty(), whole);
    }

    /** @param whole of a stack: all of it was looked at; of a call: it has changed */
    private static Hit with(
            Hit hit, Map<String, String> context, List<CallerFrame> stack, OptionalLong call, boolean whole) {
        return new Hit(
                hit.probe(),
                hit.event(),
                hit.time(),
                hit.costNanos(),
                hit.threadId(),
                hit.thread(),
                hit.className(),
                hit.method(),
                hit.names(),
                hit.self(),
                hit.args(),
                hit.outcome(),
                hit.values(),
                hit.dropped(),
                new Hit.More(
                        hit.tree(),
                        context,
                        stack,
                        !stack.isEmpty() && whole ? OptionalInt.of(stack.size()) : OptionalInt.empty(),
                        call,
                        call.isPresent() && whole,
                        Optional.empty()));
    }

    /** Calls as a watch would see them: a plain one, one that fails, one that shows all that is cut, masked or broken. */
    static List<Hit> hits() {
        Value order = new Value.Fields(
                "shop.Order",
                5,
                List.of(
                        Map.entry("id", new Value.Whole(8_817)),
                        Map.entry(
                                "customer",
                                new Value.Fields(
                                        "shop.Customer",
                                        3,
                                        List.of(
                                                Map.entry("name", new Value.Text("Zoë 東京 " + EVIL, 30)),
                                                Map.entry("card", new Value.Masked("java.lang.String")),
                                                Map.entry("tier", new Value.EnumConstant("shop.Tier", "GOLD"))))),
                        Map.entry(
                                "lines",
                                new Value.Elements(
                                        "java.util.ArrayList",
                                        120,
                                        List.of(
                                                new Value.Fields(
                                                        "shop.OrderLine",
                                                        2,
                                                        List.of(
                                                                Map.entry("sku", new Value.Text("X-1", 3)),
                                                                Map.entry("count", new Value.Whole(2)))),
                                                new Value.Cut("shop.OrderLine", "bytes")))),
                        Map.entry("note", new Value.Null())));
        Value receipt = new Value.Fields(
                "shop.Receipt",
                2,
                List.of(Map.entry("orderId", new Value.Whole(8_817)), Map.entry("rate", new Value.Real(Double.NaN))));
        Value thrown = new Value.Thrown(
                "shop.OutOfStockException",
                Optional.of("X-1: 12 wanted, 0 left"),
                List.of("shop.Inventory.reserve(Inventory.java:33)", "shop.OrderService.reserve(OrderService.java:78)"),
                Optional.of(new Value.Thrown(
                        "java.io.IOException", Optional.empty(), List.of("a.B.c(B.java:1)"), Optional.empty())));
        Value odd = new Value.Entries(
                "java.util.HashMap",
                4,
                List.of(
                        Map.entry(new Value.Text("a", 1), new Value.Bool(true)),
                        Map.entry(
                                new Value.Fields("shop.Key", 1, List.of(Map.entry("k", new Value.Whole(1)))),
                                new Value.Failed("IllegalStateException")),
                        Map.entry(new Value.Whole(7), new Value.Real(1.5))));
        return List.of(
                hit(ProbeSpec.Event.RETURN, List.of(order, new Value.Whole(3)), Optional.of(receipt), List.of(), 0),
                hit(
                        ProbeSpec.Event.THROW,
                        List.of(new Value.Cut("shop.Order", "depth"), new Value.Whole(12)),
                        Optional.of(thrown),
                        List.of(),
                        1_204),
                hit(ProbeSpec.Event.ENTRY, List.of(odd, new Value.Whole(-1)), Optional.empty(), List.of(), 0));
    }

    /** Calls as a trace would see them: one that failed in the third level, and one that returned. */
    static List<Hit> trees() {
        CallTree.Node lock = node("Stock.lock(String)", 3, 37_000_000, 37_000_000, 1, 0);
        CallTree.Node count = node("Stock.count(String, Map<String, Integer>)", 1_204, 400_000, 400_000, 0, 0);
        CallTree.Node reserve = node("Inventory.reserve(String, int)", 3, 38_000_000, 600_000, 1, 0, lock, count);
        CallTree.Node validate = node("OrderService.validate(Order, int)", 1, 12_000, 12_000, 0, 0);
        CallTree.Node receipt = node("Receipt.<init>(long, long, int, Instant)", 1, 900, 900, 0, 0);
        CallTree.Node percent = node("BulkDiscount.percent(Order, int)", 2, 1_800_000, 1_800_000, 0, 18);
        CallTree.Node root = node(
                "OrderService.place(Order, int)", 1, 41_234_567, 1_421_667, 1, 0, validate, percent, reserve, receipt);
        CallTree.Node simple = node("OrderService.place(Order, int)", 1, 900, 900, 0, 0);
        Value thrown = new Value.Thrown(
                "shop.OutOfStockException",
                Optional.of("X-1: 12 wanted, 0 left " + EVIL),
                List.of("shop.Inventory.reserve(Inventory.java:33)"),
                Optional.empty());
        Hit failed = hit(ProbeSpec.Event.THROW, List.of(), Optional.of(thrown), List.of(), 1_204);
        Hit returned = hit(ProbeSpec.Event.RETURN, List.of(), Optional.empty(), List.of(), 0);
        return List.of(
                tree(failed, new CallTree(root, 1_400, true, Optional.of(thrown))),
                tree(returned, new CallTree(simple, 120, false, Optional.empty())));
    }

    /** One that handed three tasks to other threads: one handed on, one failed, one is not back. */
    static List<Hit> asyncTrees() {
        CallTree.Node reserve = node("Inventory.reserve(String, int)", 1, 9_000_000, 9_000_000, 0, 0);
        CallTree.Node stage = task("java.util.concurrent.CompletableFuture$UniApply", 2_000_000, 310_000, 0);
        CallTree.Node supply =
                task("java.util.concurrent.CompletableFuture$AsyncSupply", 9_400_000, 12_800_000, 0, reserve, stage);
        CallTree.Node mail = task("shop.Mail$$Lambda", 400_000, 90_000, 1);
        CallTree.Node root = node("OrderService.place(Order, int)", 1, 25_234_567, 25_234_567, 0, 0, supply, mail);
        Hit hit = hit(ProbeSpec.Event.RETURN, List.of(), Optional.empty(), List.of(), 0);
        return List.of(tree(hit, new CallTree(root, 2_100, true, Optional.empty(), 1, 44)));
    }

    private static CallTree.Node task(
            String className, long total, long waited, long failures, CallTree.Node... children) {
        long inside = Arrays.stream(children)
                .filter(child -> child.thread().isEmpty())
                .mapToLong(CallTree.Node::totalNanos)
                .sum();
        return new CallTree.Node(
                className,
                "run()",
                1,
                total,
                total - inside,
                total,
                failures,
                0,
                OptionalLong.of(waited),
                Optional.of("ForkJoinPool.commonPool-worker-1"),
                false,
                List.of(children));
    }

    private static CallTree.Node node(
            String name, long calls, long total, long self, long failures, long lost, CallTree.Node... children) {
        int dot = name.indexOf('.');
        return new CallTree.Node(
                "shop." + name.substring(0, dot),
                name.substring(dot + 1),
                calls,
                total,
                self,
                calls == 1 ? total : total * 2 / 3,
                failures,
                lost,
                OptionalLong.empty(),
                Optional.empty(),
                false,
                List.of(children));
    }

    private static Hit tree(Hit hit, CallTree tree) {
        return new Hit(
                hit.probe(),
                hit.event(),
                hit.time(),
                hit.costNanos(),
                hit.threadId(),
                hit.thread(),
                hit.className(),
                hit.method(),
                List.of(),
                Optional.empty(),
                List.of(),
                hit.outcome(),
                List.of(),
                hit.dropped(),
                new Hit.More(
                        Optional.of(tree),
                        Map.of(),
                        List.of(),
                        OptionalInt.empty(),
                        OptionalLong.empty(),
                        false,
                        Optional.empty()));
    }

    static Hit hit(ProbeSpec.Event event, List<Value> args, Optional<Value> outcome, List<Value> values, long dropped) {
        return new Hit(
                1,
                event,
                NOW,
                event == ProbeSpec.Event.ENTRY ? OptionalLong.empty() : OptionalLong.of(41_234_567),
                21,
                "order-1",
                "shop.OrderService",
                "place(Order, int)",
                args.isEmpty() ? Collections.emptyList() : List.of("order", "quantity"),
                Optional.empty(),
                args,
                outcome,
                values,
                dropped,
                Hit.More.NOTHING);
    }
}
