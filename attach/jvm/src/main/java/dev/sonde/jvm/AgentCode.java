package dev.sonde.jvm;

import dev.sonde.weave.ClassDifference;
import dev.sonde.weave.ClassModel;
import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.Expressions;
import dev.sonde.weave.MethodKey;
import dev.sonde.weave.MethodPattern;
import dev.sonde.weave.NearNames;
import dev.sonde.weave.Scope;
import dev.sonde.wire.ClassEntry;
import dev.sonde.wire.ClassOrigin;
import dev.sonde.wire.Expr;
import dev.sonde.wire.Limits;
import dev.sonde.wire.LoaderEntry;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** The loaded classes as the agent tells of them; jars and sources are read here. */
final class AgentCode implements LoadedCode {

    private static final int MOST_STATICS = 500;
    private static final long MOST_NANOS = 5_000_000_000L;

    /** The agent, loaded when it is not there. */
    interface Agent {
        Probes get() throws TargetError;
    }

    private final Agent agent;
    private final LocalJvm jvm;

    AgentCode(Agent agent, LocalJvm jvm) {
        this.agent = agent;
        this.jvm = jvm;
    }

    @Override
    public ClassReports classes(ClassChoice choice, int limit, boolean verify) throws TargetError {
        Probes probes = agent.get();
        TargetClasses classes = probes.classes();
        // With a loader asked for, those of others are left out here: it knows them by the names that people use.
        int most = choice.loader().isPresent() ? 100_000 : limit;
        TargetClasses.Found found = classes.find(choice.glob(), most, 0);
        List<ClassEntry> entries = new ArrayList<>(found.entries());
        int matched = found.matched();
        if (choice.loader().isPresent()) {
            List<ClassEntry> fitting = new ArrayList<>();
            for (ClassEntry entry : entries) {
                if (classes.isLoader(entry.loader, choice.loader().get())) {
                    fitting.add(entry);
                }
            }
            matched = fitting.size();
            entries = new ArrayList<>(fitting.subList(0, Math.min(limit, fitting.size())));
        }
        List<String> notices = new ArrayList<>();
        Map<Integer, List<String>> changes = Map.of();
        if (verify) {
            changes = changes(probes, entries, notices);
        }
        return new ClassReports(matched, found.scanned(), reports(classes, entries, changes), notices);
    }

    private List<ClassReport> reports(
            TargetClasses classes, List<ClassEntry> entries, Map<Integer, List<String>> changes) throws TargetError {
        Map<Integer, ClassOrigin> origins = entries.isEmpty() ? Map.of() : classes.origins(entries);
        List<ClassReport> reports = new ArrayList<>();
        for (ClassEntry entry : entries) {
            ClassOrigin origin = origins.get(entry.id);
            if (origin == null) {
                continue; // unloaded meanwhile
            }
            Optional<Origin> file = origin.location.isEmpty() || origin.location.startsWith("jrt:")
                    ? Optional.empty()
                    : Optional.of(Origin.of(jvm.process.id.pid(), origin.location));
            String module = origin.module;
            int at = module.indexOf('@');
            Optional<String> version = at >= 0 ? Optional.of(module.substring(at + 1)) : file.flatMap(Origin::version);
            reports.add(new ClassReport(
                    entry.name,
                    entry.is(ClassEntry.HIDDEN) ? "generated" : entry.is(ClassEntry.INTERFACE) ? "interface" : "class",
                    classes.loader(entry.loader),
                    file.map(Origin::shown)
                            .or(() -> module.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(at >= 0 ? module.substring(0, at) : module)),
                    version,
                    entry.is(ClassEntry.WOVEN),
                    refusal(entry, origin),
                    Optional.ofNullable(changes.get(entry.id))));
        }
        reports.sort(Comparator.comparing(ClassReport::name).thenComparing(ClassReport::loader));
        return reports;
    }

    private static Optional<String> refusal(ClassEntry entry, ClassOrigin origin) {
        if (origin.refusal.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(entry.is(ClassEntry.HIDDEN) ? "it was made at run time; " + origin.refusal : origin.refusal);
    }

    /** What other agents have made of classes, by comparing what the JVM runs with what their loaders have. */
    private Map<Integer, List<String>> changes(Probes probes, List<ClassEntry> entries, List<String> notices)
            throws TargetError {
        List<Integer> ids = entries.stream()
                .filter(entry -> entry.is(ClassEntry.MODIFIABLE))
                .map(entry -> entry.id)
                .limit(MOST_VERIFIED)
                .toList();
        if (ids.isEmpty()) {
            return Map.of();
        }
        if (entries.size() > ids.size()) {
            notices.add("compared: the first " + ids.size() + " that the JVM lets be changed, of " + entries.size());
        }
        List<String> agents = jvm.agents();
        if (!agents.isEmpty()) {
            notices.add("agents on the target's command line: " + String.join(", ", agents));
        }
        Map<Integer, byte[]> loaded = probes.asLoaded(ids);
        Map<Integer, List<String>> changes = new HashMap<>();
        for (int id : ids) {
            Optional<byte[]> file = probes.classes().type(id).classFile();
            byte[] now = loaded.get(id);
            try {
                changes.put(
                        id,
                        file.isEmpty()
                                ? List.of("its loader has no class file to compare with")
                                : now == null
                                        ? List.of("the JVM did not hand over its code")
                                        : ClassDifference.between(file.get(), now));
            } catch (IllegalArgumentException e) {
                changes.put(id, List.of("not comparable: " + e.getMessage()));
            }
        }
        return changes;
    }

    @Override
    public MethodReports methods(ClassChoice choice, String methodGlob) throws TargetError {
        Probes probes = agent.get();
        TargetClasses classes = probes.classes();
        ClassEntry entry = probes.selection().one(choice);
        ClassReport declaring = reports(classes, List.of(entry), Map.of()).stream()
                .findFirst()
                .orElseThrow(() -> new TargetError(choice.glob() + " was unloaded"));
        TargetClasses.Type type = classes.type(entry.id);
        if (type.classFile().isEmpty() && entry.is(ClassEntry.MODIFIABLE)) {
            type = classes.typeFromJvm(entry.id);
        }
        Optional<ClassModel> known = type.model();
        if (known.isEmpty()) {
            throw new TargetError(entry.name + " " + type.whyUnknown()
                    + declaring.refusal().map(why -> ": " + why).orElse(""));
        }
        ClassModel model = known.get();
        List<ClassModel.Method> chosen = chosen(model, methodGlob);
        Map<MethodKey, String> refused = declaring.refusal().isPresent()
                ? Map.of()
                : Refusals.of(type.classFile().orElse(new byte[0]), chosen);
        Set<MethodKey> woven = probes.wovenMethods(entry.id);
        List<MethodReport> reports = new ArrayList<>();
        for (ClassModel.Method method : chosen) {
            String why = declaring
                    .refusal()
                    .or(() -> Optional.ofNullable(refused.get(method.key())))
                    .orElse("");
            reports.add(new MethodReport(
                    entry.name,
                    method.human(),
                    simple(method.returnType()),
                    modifiers(method),
                    line(method.firstLine()),
                    line(method.lastLine()),
                    woven.contains(method.key()),
                    why.isEmpty() ? Optional.empty() : Optional.of(why)));
        }
        return new MethodReports(declaring, reports);
    }

    private static String simple(String type) {
        return type.substring(Math.max(type.lastIndexOf('.'), type.lastIndexOf('$')) + 1);
    }

    private static OptionalInt line(int line) {
        return line == 0 ? OptionalInt.empty() : OptionalInt.of(line);
    }

    private static String modifiers(ClassModel.Method method) {
        int access = method.access();
        // The bits of bridges and varargs are those of volatile and transient fields.
        String text = Modifier.toString(access & Modifier.methodModifiers());
        return method.isSynthetic() ? (text + " synthetic").strip() : text;
    }

    static List<ClassModel.Method> chosen(ClassModel model, String methodGlob) throws TargetError {
        MethodPattern pattern;
        try {
            pattern = MethodPattern.parse(methodGlob);
        } catch (IllegalArgumentException e) {
            throw new TargetError(String.valueOf(e.getMessage()), e);
        }
        List<ClassModel.Method> chosen = new ArrayList<>();
        boolean all = methodGlob.equals("*");
        for (ClassModel.Method method : all ? model.methods() : pattern.matching(model)) {
            String name = method.key().name();
            // What may be named in a probe: the bodies of lambdas and constructors too.
            if (!all || (!name.equals("<clinit>") && (!method.isSynthetic() || name.startsWith("lambda$")))) {
                chosen.add(method);
            }
        }
        if (chosen.isEmpty()) {
            List<String> near = NearNames.of(
                    methodGlob,
                    model.methods().stream().map(each -> each.key().name()).toList());
            throw new TargetError(model.name() + " has no method '" + methodGlob + "'"
                    + (near.isEmpty() ? "" : "; near: " + String.join(", ", near)));
        }
        return chosen;
    }

    @Override
    public List<LoaderReport> loaders() throws TargetError {
        Map<LoaderEntry, String> all = agent.get().classes().allLoaders();
        Map<Integer, String> names = new HashMap<>();
        all.forEach((entry, name) -> names.put(entry.id, name));
        List<LoaderReport> reports = new ArrayList<>();
        Map<Integer, List<LoaderEntry>> children = new LinkedHashMap<>();
        all.keySet().stream()
                .filter(entry -> entry.id != 0)
                .sorted(Comparator.comparing((LoaderEntry entry) -> names.getOrDefault(entry.id, "")))
                .forEach(entry -> children.computeIfAbsent(entry.parent, id -> new ArrayList<>())
                        .add(entry));
        all.keySet().stream()
                .filter(entry -> entry.id == 0)
                .findFirst()
                .ifPresent(boot -> add(boot, names, children, reports));
        return reports;
    }

    private static void add(
            LoaderEntry loader,
            Map<Integer, String> names,
            Map<Integer, List<LoaderEntry>> children,
            List<LoaderReport> reports) {
        reports.add(new LoaderReport(
                names.getOrDefault(loader.id, ""),
                loader.type,
                loader.id == 0 ? Optional.empty() : Optional.of(names.getOrDefault(loader.parent, "")),
                loader.classes));
        List<LoaderEntry> below = children.remove(loader.id); // removed, so that no answer makes us run in circles
        if (below != null) {
            below.forEach(child -> add(child, names, children, reports));
        }
    }

    @Override
    public ClassSourceText source(
            ClassChoice choice, Optional<String> method, Optional<String> place, boolean decompile)
            throws TargetError, InterruptedException {
        Probes probes = agent.get();
        ClassEntry entry = probes.selection().one(choice);
        return new ClassText(probes.classes(), jvm, entry).read(method, place, decompile);
    }

    @Override
    public LineReports lines(ClassChoice choice, String method, Optional<String> place, boolean decompile)
            throws TargetError, InterruptedException {
        Probes probes = agent.get();
        ClassEntry entry = probes.selection().one(choice);
        return new MethodSpots(probes.classes(), jvm, entry).read(method, place, decompile);
    }

    @Override
    public Statics statics(ClassChoice choice, List<String> expressions, Limits limits)
            throws TargetError, ExpressionError {
        Probes probes = agent.get();
        TargetClasses classes = probes.classes();
        ClassEntry entry = probes.selection().one(choice);
        ClassModel model = classes.type(entry.id).known(entry.name);
        List<String> texts = expressions;
        List<String> notices = new ArrayList<>();
        if (texts.isEmpty()) {
            texts = model.fields().stream()
                    .filter(ClassModel.Field::isStatic)
                    .map(ClassModel.Field::name)
                    .filter(name -> !name.equals("$VALUES") && !name.equals("$assertionsDisabled"))
                    .toList();
            if (texts.size() > MOST_STATICS) {
                notices.add("the first " + MOST_STATICS + " of " + texts.size() + " static fields");
                texts = texts.subList(0, MOST_STATICS);
            }
            if (texts.isEmpty()) {
                throw new TargetError(entry.name + " has no static fields");
            }
        }
        List<Expr> compiled = new ArrayList<>();
        Scope scope = Scope.ofClass(model, classes.source(entry.id));
        for (String text : texts) {
            compiled.add(
                    expressions.isEmpty()
                            ? field(model, text)
                            : TargetClasses.compiling(() -> Expressions.capture(text, scope)));
        }
        // One at a time, so that one large field does not use up the limits of all.
        Map<String, Value> named = new LinkedHashMap<>();
        long deadline = System.nanoTime() + MOST_NANOS;
        for (int i = 0; i < texts.size(); i++) {
            if (System.nanoTime() > deadline) {
                notices.add((texts.size() - i) + " more were not read: the others took 5 s");
                break;
            }
            Optional<List<Value>> value = classes.evaluate(entry.id, limits, List.of(compiled.get(i)));
            if (value.isEmpty()) {
                throw new TargetError(entry.name + " is loaded but not initialised: it has no static state yet");
            }
            named.put(
                    texts.get(i),
                    value.get().isEmpty() ? new Value.Null() : value.get().get(0));
        }
        return new Statics(entry.name, classes.loader(entry.loader), named, notices);
    }

    /** A static field by its very name, whatever that means in an expression. */
    private static Expr field(ClassModel model, String name) {
        String descriptor = model.field(name).map(ClassModel.Field::descriptor).orElse("");
        int kind =
                switch (descriptor) {
                    case "B", "S", "I", "J" -> Expr.LONG;
                    case "F", "D" -> Expr.DOUBLE;
                    case "Z" -> Expr.BOOL;
                    default -> Expr.OBJECT;
                };
        return new Expr(Expr.STATIC_FIELD, kind, 0, name, model.name(), descriptor, List.of());
    }

    @Override
    public Census census(ClassChoice choice) throws TargetError {
        Probes probes = agent.get();
        return new HeapWalk(jvm, probes.classes(), probes.selection().one(choice)).census();
    }

    @Override
    public Instances instances(InstanceQuery query, BooleanSupplier cancelled) throws TargetError, ExpressionError {
        Probes probes = agent.get();
        return new HeapWalk(jvm, probes.classes(), probes.selection().one(query.choice())).find(query, cancelled);
    }
}
