package dev.sonde.commands;

import dev.sonde.jvm.LoadedCode;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.Value;
import dev.sonde.weave.source.SourceText;
import dev.sonde.wire.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/** Loaded code made up for tests, with things in it that no terminal should meet. */
public final class FakeCode implements LoadedCode {

    private static final String EVIL = "shop.Order\u001b[2J\u202e$Evil";

    /** Bytes of the heap that a census tells. */
    public long heapBytes = 12_345_678;

    @Override
    public ClassReports classes(ClassChoice choice, int limit, boolean verify) {
        if (choice.glob().equals("nothing")) {
            return new ClassReports(0, 4_711, List.of(), List.of());
        }
        return new ClassReports(
                1_204,
                50_000,
                List.of(
                        new ClassReport(
                                "shop.Order",
                                "class",
                                "app",
                                Optional.of("/opt/orders/lib/orders-1.4.2.jar"),
                                Optional.of("1.4.2"),
                                true,
                                Optional.empty(),
                                verify ? Optional.of(List.of("place(Order, int) has other code")) : Optional.empty()),
                        new ClassReport(
                                "shop.OrderService$$Lambda/0x00007f1234567890",
                                "generated",
                                "app",
                                Optional.empty(),
                                Optional.empty(),
                                false,
                                Optional.of("it was made at run time; the JVM does not let it be changed"),
                                Optional.empty()),
                        new ClassReport(
                                EVIL,
                                "interface",
                                "LaunchedClassLoader#3",
                                Optional.of("/app.jar!/BOOT-INF/lib/evil.jar"),
                                Optional.of("2\u0007"),
                                false,
                                Optional.empty(),
                                verify ? Optional.of(List.of()) : Optional.empty())),
                List.of());
    }

    @Override
    public MethodReports methods(ClassChoice choice, String methodGlob) {
        return new MethodReports(
                classes(choice, 1, false).classes().get(0),
                List.of(
                        method("<init>(long, Customer)", "void", "", 12, 19, Optional.empty()),
                        method("place(Order, int)", "Receipt", "public", 44, 57, Optional.empty()),
                        method(
                                "price()",
                                "long",
                                "public abstract",
                                0,
                                0,
                                Optional.of("is abstract and has no code to weave")),
                        method(
                                "lambda$place$0(Line)",
                                "boolean",
                                "private static synthetic",
                                50,
                                50,
                                Optional.empty())));
    }

    private static MethodReport method(
            String name, String returns, String modifiers, int first, int last, Optional<String> refusal) {
        return new MethodReport(
                "shop.Order",
                name,
                returns,
                modifiers,
                first == 0 ? OptionalInt.empty() : OptionalInt.of(first),
                last == 0 ? OptionalInt.empty() : OptionalInt.of(last),
                name.startsWith("place"),
                refusal);
    }

    @Override
    public List<LoaderReport> loaders() {
        return List.of(
                new LoaderReport("boot", "", Optional.empty(), 1_234),
                new LoaderReport(
                        "platform", "jdk.internal.loader.ClassLoaders$PlatformClassLoader", Optional.of("boot"), 56),
                new LoaderReport(
                        "app", "jdk.internal.loader.ClassLoaders$AppClassLoader", Optional.of("platform"), 7_890),
                new LoaderReport("own\u001b[2J", "shop.\u202ePlugins", Optional.of("app"), 1));
    }

    @Override
    public ClassSourceText source(
            ClassChoice choice, Optional<String> method, Optional<String> place, boolean decompile) {
        return new ClassSourceText(
                "shop.Order",
                method,
                "decompiled by Vineflower",
                false,
                new SourceText(List.of(
                        new SourceText.Line(OptionalInt.empty(), "public Receipt place(Order order, int quantity) {"),
                        new SourceText.Line(
                                OptionalInt.of(9),
                                "    if (order.lines().stream().anyMatch(line -> line.count() > quantity)) {"),
                        new SourceText.Line(
                                OptionalInt.of(10), "        throw new OutOfStockException(\"\u001b[2J\");"),
                        new SourceText.Line(OptionalInt.empty(), "    }"),
                        new SourceText.Line(OptionalInt.of(112), "\treturn null;"),
                        new SourceText.Line(OptionalInt.empty(), "}"))));
    }

    @Override
    public LineReports lines(ClassChoice choice, String method, Optional<String> place, boolean decompile) {
        List<VariableReport> arguments = List.of(
                new VariableReport("order", "shop.Order", Optional.empty()),
                new VariableReport("quantity", "int", Optional.empty()));
        List<VariableReport> all = new ArrayList<>(arguments);
        all.add(new VariableReport("percent\u001b[2J", "int", Optional.empty()));
        all.add(new VariableReport("late", "", Optional.of("it has no value yet on every way there")));
        return new LineReports(
                "shop.OrderService",
                method,
                "/src/shop/OrderService.java",
                true,
                true,
                List.of(
                        new LineReport(
                                OptionalInt.empty(),
                                "    public Receipt place(Order order, int quantity) {",
                                false,
                                List.of()),
                        new LineReport(OptionalInt.of(9), "        validate(order, quantity);", true, arguments),
                        new LineReport(
                                OptionalInt.of(10),
                                "        int percent = discount(order, quantity); // \u202e",
                                true,
                                arguments),
                        new LineReport(OptionalInt.of(112), "        return new Receipt(percent);", true, all),
                        new LineReport(OptionalInt.empty(), "    }", false, List.of())));
    }

    @Override
    public Statics statics(ClassChoice choice, List<String> expressions, Limits limits) {
        return new Statics("shop.OrderService", "app", values(), List.of());
    }

    private static Map<String, Value> values() {
        Map<String, Value> values = new LinkedHashMap<>();
        values.put("MOST_QUANTITY", new Value.Whole(20_000));
        values.put("API_TOKEN", new Value.Masked("java.lang.String"));
        values.put("name", new Value.Text("a\u001b[2Jb", 4));
        return values;
    }

    @Override
    public Census census(ClassChoice choice) {
        return new Census("shop.Order", 1_204, 38_528, 250_000, heapBytes);
    }

    @Override
    public Instances instances(InstanceQuery query, BooleanSupplier cancelled) throws TargetError {
        Value self = new Value.Fields(
                "shop.Order", 2, List.of(Map.entry("id", new Value.Whole(7)), Map.entry("channel", new Value.Null())));
        boolean whole = query.expressions().isEmpty();
        return new Instances(
                "shop.Order",
                1_200,
                31,
                List.of(new Instance(
                        "shop.Order",
                        "0x7ff000",
                        whole ? Optional.of(self) : Optional.empty(),
                        whole ? Map.of() : values())),
                240_000,
                9_876_543,
                Duration.ofMillis(61),
                List.of());
    }
}
