package dev.sonde.weave;

import dev.sonde.wire.ProbePlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * What an expression may speak of: one method, its class, and the classes that are seen from there; or a class, or an object,
 * and no method. It remembers the classes
 * it has read, so use one for all the expressions of a site.
 */
public final class Scope {

    private static final Set<String> LISTS = javaUtil("Collection List Set SortedSet NavigableSet Queue Deque"
            + " SequencedCollection SequencedSet AbstractCollection AbstractList AbstractSet ArrayList LinkedList Vector Stack"
            + " HashSet LinkedHashSet TreeSet EnumSet ArrayDeque PriorityQueue concurrent.BlockingQueue"
            + " concurrent.BlockingDeque concurrent.CopyOnWriteArrayList concurrent.CopyOnWriteArraySet"
            + " concurrent.ConcurrentLinkedQueue concurrent.ConcurrentLinkedDeque concurrent.LinkedBlockingQueue"
            + " concurrent.LinkedBlockingDeque concurrent.ArrayBlockingQueue concurrent.PriorityBlockingQueue"
            + " concurrent.ConcurrentSkipListSet");

    private static final Set<String> MAPS = javaUtil("Map SortedMap NavigableMap SequencedMap AbstractMap HashMap"
            + " LinkedHashMap TreeMap EnumMap Hashtable Properties IdentityHashMap WeakHashMap concurrent.ConcurrentMap"
            + " concurrent.ConcurrentHashMap concurrent.ConcurrentNavigableMap concurrent.ConcurrentSkipListMap");

    /** Types that say nothing of what is behind them, or whose value the agent reads by what it turns out to be. */
    private static final Set<String> UNKNOWN = Set.of(
            "?",
            "java.lang.Object",
            "java.lang.Number",
            "java.lang.Comparable",
            "java.lang.Iterable",
            "java.lang.CharSequence",
            "java.io.Serializable",
            "java.math.BigInteger",
            "java.math.BigDecimal");

    private final ClassModel declaring;
    private final ClassModel.Method method;
    private final ClassSource classes;
    private final int when;
    private final boolean ofCall;
    /** Of a line: where the method's arguments are among the variables; empty for those that cannot be read. */
    private final Optional<List<Optional<Integer>>> argumentsAtLine;
    /** Variables that cannot be read, each with the reason. */
    private final List<String> hidden;

    private final List<StaticType> parameterTypes = new ArrayList<>();
    private final StaticType returnType;
    private final Map<String, Optional<ClassModel>> models = new ConcurrentHashMap<>();

    /**
     * Of a method's hits.
     *
     * @param classes gives the other classes; those it does not have are of unknown type, not wrong
     * @param when the sum of {@link ProbePlan#ON_ENTRY}, {@link ProbePlan#ON_RETURN} and {@link ProbePlan#ON_THROW} at which
     *     the expression is evaluated: {@code result} needs RETURN among them, {@code error} THROW, {@code cost} either
     * @throws IllegalArgumentException when the class has no such method
     */
    public Scope(ClassModel declaring, MethodKey method, ClassSource classes, int when) {
        this(
                declaring,
                declaring
                        .method(method)
                        .orElseThrow(
                                () -> new IllegalArgumentException("no method " + method + " in " + declaring.name())),
                classes,
                when,
                true,
                Optional.empty(),
                List.of());
    }

    private Scope(
            ClassModel declaring,
            ClassModel.Method method,
            ClassSource classes,
            int when,
            boolean ofCall,
            Optional<List<Optional<Integer>>> argumentsAtLine,
            List<String> hidden) {
        this.argumentsAtLine = argumentsAtLine;
        this.hidden = hidden;
        this.declaring = declaring;
        this.method = method;
        this.classes = classes;
        this.when = when;
        this.ofCall = ofCall;
        MethodKey key = method.key();
        models.put(declaring.name(), Optional.of(declaring));
        Type[] types = Type.getArgumentTypes(key.descriptor());
        List<StaticType> generic =
                this.method.signature().map(StaticType::ofMethodSignature).orElse(List.of());
        boolean usable = generic.size() == types.length + 1; // not so where the compiler added parameters
        for (int i = 0; i < types.length; i++) {
            parameterTypes.add(usable ? generic.get(i).orErased(types[i]) : StaticType.ofType(types[i]));
        }
        Type returns = Type.getReturnType(key.descriptor());
        this.returnType = usable ? generic.get(types.length).orErased(returns) : StaticType.ofType(returns);
    }

    /** Of a class and no call: its static fields, by name. */
    public static Scope ofClass(ClassModel declaring, ClassSource classes) {
        return withoutCall(declaring, classes, Opcodes.ACC_STATIC);
    }

    /** Of one object and no call: {@code this}, its fields also by bare name, and the static fields of its class. */
    public static Scope ofObject(ClassModel declaring, ClassSource classes) {
        return withoutCall(declaring, classes, 0);
    }

    private static Scope withoutCall(ClassModel declaring, ClassSource classes, int access) {
        ClassModel.Method none = new ClassModel.Method(
                new MethodKey("", "()V"), access, false, List.of(), 0, 0, List.of(), Optional.empty());
        return new Scope(declaring, none, classes, 0, false, Optional.empty(), List.of());
    }

    /**
     * Of a line: its local variables by name, the method's arguments among them, and {@code this}. To the agent they are the
     * arguments of the spot's site, in order.
     *
     * @throws IllegalArgumentException when the class has no such method
     */
    public static Scope atLine(ClassModel declaring, MethodKey method, LineMap.Spot spot, ClassSource classes) {
        ClassModel.Method whole = declaring
                .method(method)
                .orElseThrow(() -> new IllegalArgumentException("no method " + method + " in " + declaring.name()));
        ClassModel.Method there = new ClassModel.Method(
                new MethodKey(method.name(), spot.descriptor()),
                spot.hasThis() ? 0 : Opcodes.ACC_STATIC,
                true,
                spot.locals().stream().map(LineMap.Local::name).toList(),
                spot.line(),
                spot.line(),
                List.of(),
                Optional.empty());
        List<Optional<Integer>> arguments = new ArrayList<>();
        for (int slot : LineMap.argumentSlots(method, whole.isStatic())) {
            Optional<Integer> at = Optional.empty();
            for (int i = 0; i < spot.locals().size(); i++) {
                at = spot.locals().get(i).slot() == slot ? Optional.of(i) : at;
            }
            arguments.add(at);
        }
        return new Scope(declaring, there, classes, ProbePlan.ON_ENTRY, true, Optional.of(arguments), spot.hidden());
    }

    /** Why a variable that is in scope cannot be read; empty when none is of that name, or it can. */
    Optional<String> whyHidden(String variable) {
        return hidden.stream()
                .filter(each -> each.startsWith(variable + ": "))
                .map(each -> each.substring(variable.length() + 2))
                .findFirst();
    }

    boolean isAtLine() {
        return argumentsAtLine.isPresent();
    }

    /** How many arguments there are by number. */
    int arguments() {
        return argumentsAtLine.map(List::size).orElse(parameterTypes.size());
    }

    /** Which variable an argument is; empty for one that cannot be read. */
    Optional<Integer> argument(int number) {
        return argumentsAtLine.map(all -> all.get(number)).orElse(Optional.of(number));
    }

    /** Whether there are arguments, an outcome, a thread. */
    boolean ofCall() {
        return ofCall;
    }

    ClassModel declaring() {
        return declaring;
    }

    ClassModel.Method method() {
        return method;
    }

    int when() {
        return when;
    }

    List<StaticType> parameterTypes() {
        return parameterTypes;
    }

    StaticType returnType() {
        return returnType;
    }

    Optional<ClassModel> model(String className) {
        return models.computeIfAbsent(className, name -> {
            try {
                return classes.classFile(name).map(ClassModel::parse);
            } catch (IllegalArgumentException e) {
                return Optional.empty(); // one that no library reads is as unknown as one that is not loaded
            }
        });
    }

    Shape shape(StaticType type) {
        switch (type.name()) {
            case "null" -> {
                return Shape.NULL;
            }
            case "byte",
                    "short",
                    "int",
                    "long",
                    "java.lang.Byte",
                    "java.lang.Short",
                    "java.lang.Integer",
                    "java.lang.Long" -> {
                return Shape.LONG;
            }
            case "float", "double", "java.lang.Float", "java.lang.Double" -> {
                return Shape.DOUBLE;
            }
            case "boolean", "java.lang.Boolean" -> {
                return Shape.BOOL;
            }
            case "char", "java.lang.Character", "java.lang.String" -> {
                return Shape.STRING;
            }
            case "[]" -> {
                return Shape.LIST;
            }
            case "java.util.Optional",
                    "java.util.OptionalInt",
                    "java.util.OptionalLong",
                    "java.util.OptionalDouble" -> {
                return Shape.OPTIONAL;
            }
            case "java.lang.Throwable" -> {
                return Shape.STRUCT;
            }
            default -> {
                return shapeOfClass(type.name());
            }
        }
    }

    private Shape shapeOfClass(String name) {
        if (UNKNOWN.contains(name)) {
            return Shape.DYN;
        }
        if (LISTS.contains(name)) {
            return Shape.LIST;
        }
        if (MAPS.contains(name)) {
            return Shape.MAP;
        }
        ClassModel model = model(name).orElse(null);
        if (model == null) {
            return Shape.DYN;
        }
        if (model.isEnum() || model.superclass().equals(Optional.of("java.lang.Enum"))) {
            return Shape.ENUM;
        }
        for (String ancestor : ancestors(model)) {
            if (LISTS.contains(ancestor)) {
                return Shape.LIST;
            }
            if (MAPS.contains(ancestor)) {
                return Shape.MAP;
            }
        }
        return model.isInterface() ? Shape.DYN : Shape.STRUCT;
    }

    /** Superclasses and interfaces, as far as they can be read. */
    private Set<String> ancestors(ClassModel model) {
        Set<String> names = new LinkedHashSet<>();
        List<ClassModel> open = new ArrayList<>(List.of(model));
        while (!open.isEmpty() && names.size() < 200) {
            ClassModel next = open.remove(open.size() - 1);
            List<String> parents = new ArrayList<>(next.interfaces());
            next.superclass().ifPresent(parents::add);
            for (String parent : parents) {
                // What is known of the JDK's own is in the tables; its class files need not be asked for.
                if (names.add(parent) && !parent.startsWith("java.")) {
                    model(parent).ifPresent(open::add);
                }
            }
        }
        return names;
    }

    /** A field and the class that declares it. */
    record Found(ClassModel owner, ClassModel.Field field, StaticType type) {}

    /**
     * The superclass chain of a class.
     *
     * @param complete false when a class of it could not be read, so that what is not found may yet be there
     */
    record Chain(List<ClassModel> models, boolean complete) {}

    Chain chain(String className) {
        List<ClassModel> models = new ArrayList<>();
        String next = className;
        while (next != null && !next.equals("java.lang.Object") && models.size() < 100) {
            ClassModel model = model(next).orElse(null);
            if (model == null) {
                return new Chain(models, false);
            }
            models.add(model);
            next = model.superclass().orElse(null);
        }
        return new Chain(models, true);
    }

    /** An instance field by name, the nearest first. */
    @Nullable
    Found field(StaticType type, String name) {
        for (ClassModel model : chain(type.name()).models()) {
            ClassModel.Field field = model.field(name).orElse(null);
            if (field != null && !field.isStatic()) {
                return found(type, model, field);
            }
        }
        return null;
    }

    /** A static field by name, of the class, its superclasses and the interfaces of the class itself. */
    @Nullable
    Found staticField(ClassModel model, String name) {
        List<ClassModel> places = new ArrayList<>(chain(model.name()).models());
        model.interfaces().forEach(each -> model(each).ifPresent(places::add));
        for (ClassModel place : places) {
            ClassModel.Field field = place.field(name).orElse(null);
            if (field != null && field.isStatic()) {
                return found(StaticType.of(place.name()), place, field);
            }
        }
        return null;
    }

    /** The field that a trivial getter of this very name reads. */
    @Nullable
    Found getter(StaticType type, String methodName) {
        for (ClassModel model : chain(type.name()).models()) {
            String read = model.getters().get(methodName);
            ClassModel.Field field = read == null ? null : model.field(read).orElse(null);
            if (field != null) {
                return found(type, model, field);
            }
            if (hasMethod(model, methodName)) {
                return null; // it does more
            }
        }
        return null;
    }

    boolean hasMethod(StaticType type, String methodName) {
        return chain(type.name()).models().stream().anyMatch(model -> hasMethod(model, methodName));
    }

    private static boolean hasMethod(ClassModel model, String methodName) {
        return model.methods().stream()
                .anyMatch(each -> each.key().name().equals(methodName)
                        && each.key().descriptor().startsWith("()"));
    }

    private static Found found(StaticType receiver, ClassModel owner, ClassModel.Field field) {
        Map<String, StaticType> known = new HashMap<>();
        if (receiver.name().equals(owner.name()) && owner.signature().isPresent()) {
            List<String> names = StaticType.formalParameters(owner.signature().get());
            for (int i = 0; i < names.size(); i++) {
                known.put(names.get(i), receiver.argument(i));
            }
        }
        StaticType type = field.signature()
                .map(signature -> StaticType.ofSignature(signature, known).orErased(Type.getType(field.descriptor())))
                .orElseGet(() -> StaticType.ofDescriptor(field.descriptor()));
        return new Found(owner, field, type);
    }

    /** What an expression may read of an object: fields, getters' properties. */
    List<String> members(StaticType type) {
        Set<String> names = new LinkedHashSet<>();
        for (ClassModel model : chain(type.name()).models()) {
            model.fields().stream().filter(each -> !each.isStatic()).forEach(each -> names.add(each.name()));
            model.getters().keySet().forEach(each -> names.add(property(each)));
        }
        return List.copyOf(names);
    }

    /** {@code getTotal} and {@code isPaid} give {@code total} and {@code paid}; others themselves. */
    static String property(String getter) {
        for (String prefix : List.of("get", "is")) {
            if (getter.startsWith(prefix)
                    && getter.length() > prefix.length()
                    && Character.isUpperCase(getter.charAt(prefix.length()))) {
                return Character.toLowerCase(getter.charAt(prefix.length())) + getter.substring(prefix.length() + 1);
            }
        }
        return getter;
    }

    /** The constants of an enum, in order. */
    static List<String> constants(ClassModel model) {
        String descriptor = "L" + model.name().replace('.', '/') + ";";
        return model.fields().stream()
                .filter(field -> field.isStatic() && field.descriptor().equals(descriptor))
                .map(ClassModel.Field::name)
                .toList();
    }

    /** A class as it is named in its source: in full, or by simple name where the method's class would find it. */
    @Nullable
    ClassModel classNamed(String name) {
        Set<String> candidates = new LinkedHashSet<>();
        if (name.indexOf('.') >= 0) {
            candidates.add(name);
            // Outer.Inner is Outer$Inner
            int dot = name.lastIndexOf('.');
            ClassModel outer = Character.isUpperCase(name.charAt(dot + 1))
                            && Character.isUpperCase(MethodPattern.simpleName(name.substring(0, dot))
                                    .charAt(0))
                    ? classNamed(name.substring(0, dot))
                    : null;
            if (outer != null) {
                candidates.add(outer.name() + "$" + name.substring(dot + 1));
            }
        } else {
            String enclosing = declaring.name();
            if (MethodPattern.simpleName(enclosing).equals(name)) {
                return declaring;
            }
            while (true) {
                candidates.add(enclosing + "$" + name);
                int cut = enclosing.lastIndexOf('$');
                if (cut <= 0) {
                    break;
                }
                enclosing = enclosing.substring(0, cut);
                if (MethodPattern.simpleName(enclosing).equals(name)) {
                    candidates.add(enclosing);
                }
            }
            candidates.add(enclosing.substring(0, enclosing.lastIndexOf('.') + 1) + name);
            mentioned().stream()
                    .filter(each -> MethodPattern.simpleName(each).equals(name))
                    .forEach(candidates::add);
            candidates.add("java.lang." + name);
        }
        for (String candidate : candidates) {
            ClassModel model = model(candidate).orElse(null);
            if (model != null) {
                return model;
            }
        }
        return null;
    }

    private Set<String> mentioned() {
        Set<String> names = new LinkedHashSet<>();
        List<StaticType> types = new ArrayList<>(parameterTypes);
        types.add(returnType);
        declaring
                .fields()
                .forEach(field -> types.add(
                        found(StaticType.of(declaring.name()), declaring, field).type()));
        while (!types.isEmpty()) {
            StaticType type = types.remove(types.size() - 1);
            names.add(type.name());
            types.addAll(type.arguments());
        }
        return names;
    }

    private static Set<String> javaUtil(String names) {
        Set<String> full = new LinkedHashSet<>();
        for (String name : names.split(" ", -1)) {
            full.add("java.util." + name);
        }
        return full;
    }
}
