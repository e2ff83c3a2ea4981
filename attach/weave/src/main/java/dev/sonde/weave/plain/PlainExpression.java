package dev.sonde.weave.plain;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.types.TypeParamType;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeBuilder;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelUnknownSet;
import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.NearNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An expression over plain values: typed before anything runs, evaluated by the CEL library itself, macros and all. Immutable.
 *
 * <p>A map whose keys are known is typed as a message of CEL's, so that a wrong name is an error of the check; at run time it
 * stays a map, which the library reads fields of in the same way.
 */
@SuppressWarnings("Immutable") // what the library wants so declared does not change once it is compiled
public final class PlainExpression {

    static final int MAX_LENGTH = 10_000;

    /** Characters of one text that an expression gives: a name for twice of what the last name has, thirty times over, is 32 GiB. */
    private static final int MOST_TEXT = 32 << 10;

    /** Characters in all, and {@link #ELEMENT} for each element of a list or map. */
    private static final long MOST_SIZE = 32 << 20;

    private static final int ELEMENT = 64;

    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .maxParseRecursionDepth(100)
            .maxExpressionCodePointSize(MAX_LENGTH)
            .comprehensionMaxIterations(1_000_000)
            .build();

    private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']*)'.*");
    private static final Pattern UNDEFINED = Pattern.compile("undefined field '([^']*)'.*");
    private static final Pattern NO_OVERLOAD =
            Pattern.compile("found no matching overload for '([^']*)' applied to '\\((.*?)\\)'.*", Pattern.DOTALL);
    private static final Pattern NO_WORD = Pattern.compile("\\W+");
    private static final Pattern MESSAGE_PLACE = Pattern.compile("evaluation error( at [^:]*:-?\\d+)?: ");

    /** What the library has for null, in maps and as a result. */
    private static final Object NULL = nullOfTheLibrary();

    private final String text;
    private final PlainType type;
    private final Set<String> words;
    private final CelRuntime.Program program;

    private PlainExpression(String text, PlainType type, CelRuntime.Program program) {
        this.text = text;
        this.type = type;
        this.words = Set.of(NO_WORD.splitAsStream(text).distinct().toArray(String[]::new));
        this.program = program;
    }

    /**
     * Parses and types a text.
     *
     * @param names what it may name
     * @throws ExpressionError with the column, counted through the whole text, of what is wrong first
     */
    public static PlainExpression compile(
            String text, Map<String, PlainType> names, Collection<PlainFunction> functions) throws ExpressionError {
        if (text.isBlank()) {
            throw new ExpressionError("an expression is needed, such as size(rows) > 3", text, 1, List.of());
        }
        Structs structs = new Structs();
        CelCompilerBuilder compiler = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS);
        names.forEach((name, type) -> compiler.addVar(name, structs.cel(type)));
        CelRuntimeBuilder runtime = CelRuntimeFactory.legacyCelRuntimeBuilder().setOptions(OPTIONS);
        for (PlainFunction function : functions) {
            String id = "sonde_" + function.name();
            List<CelType> arguments =
                    function.arguments().stream().map(structs::cel).toList();
            compiler.addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration(
                    function.name(), CelOverloadDecl.newGlobalOverload(id, structs.cel(function.result()), arguments)));
            List<Class<?>> classes = new ArrayList<>();
            function.arguments().forEach(any -> classes.add(Object.class));
            runtime.addFunctionBindings(
                    CelFunctionBinding.from(id, ImmutableList.copyOf(classes), values -> call(function, values)));
        }
        compiler.setTypeProvider(structs);
        try {
            CelAbstractSyntaxTree tree = compiler.build().compile(text).getAst();
            return new PlainExpression(
                    text, structs.plain(tree.getResultType()), runtime.build().createProgram(tree));
        } catch (CelValidationException e) {
            throw said(text, e.getErrors().get(0), names, functions, structs);
        } catch (CelEvaluationException e) {
            throw new ExpressionError(cause(e), text, 0, List.of());
        } catch (StackOverflowError e) {
            throw new ExpressionError("nested too deeply", text, 0, List.of());
        }
    }

    /** What its value will be. */
    public PlainType type() {
        return type;
    }

    @Override
    public String toString() {
        return text;
    }

    /**
     * Its value for these.
     *
     * @throws ExpressionError when there is none: a key is not there, a text is no number
     */
    public @Nullable Object evaluate(Map<String, ? extends @Nullable Object> values) throws ExpressionError {
        Map<String, Object> known = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (words.contains(name)) { // rows may be many, and are copied
                known.put(name, toLibrary(value));
            }
        });
        try {
            Object value = program.eval(known);
            if (value instanceof CelUnknownSet) {
                throw new ExpressionError("is not known yet", text, 0, List.of());
            }
            return new Taking().fromLibrary(value);
        } catch (CelEvaluationException e) {
            throw new ExpressionError(cause(e), text, 0, List.of());
        } catch (StackOverflowError e) {
            throw new ExpressionError("nested too deeply", text, 0, List.of());
        }
    }

    private static Object call(PlainFunction function, Object[] values) throws CelEvaluationException {
        List<@Nullable Object> arguments = new ArrayList<>();
        Taking taking = new Taking();
        for (Object value : values) {
            arguments.add(taking.fromLibrary(value));
        }
        try {
            return toLibrary(function.body().of(arguments));
        } catch (ExpressionError e) {
            throw new CelEvaluationException(function.name() + ": " + e.getMessage(), e);
        }
    }

    private static Object toLibrary(@Nullable Object value) {
        if (value == null) {
            return NULL;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((key, each) -> copy.put(String.valueOf(key), toLibrary(each)));
            return copy;
        }
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>(list.size());
            list.forEach(each -> copy.add(toLibrary(each)));
            return copy;
        }
        if (value instanceof Float || value instanceof Double) {
            return ((Number) value).doubleValue();
        }
        return value instanceof Number number ? (Object) number.longValue() : value;
    }

    /** Takes values from the library, no more of them than a server can bear that others use too. */
    private static final class Taking {
        private long size;

        @Nullable
        Object fromLibrary(@Nullable Object value) throws CelEvaluationException {
            if (value == null || value.equals(NULL)) {
                return null;
            }
            if (value instanceof Map<?, ?> map) {
                Map<String, @Nullable Object> copy = new LinkedHashMap<>();
                for (Map.Entry<?, ?> each : map.entrySet()) {
                    grow(ELEMENT);
                    copy.put(String.valueOf(each.getKey()), fromLibrary(each.getValue()));
                }
                return copy;
            }
            if (value instanceof List<?> list) {
                List<@Nullable Object> copy = new ArrayList<>();
                for (Object each : list) {
                    grow(ELEMENT);
                    copy.add(fromLibrary(each));
                }
                return copy;
            }
            if (value instanceof String text) {
                grow(text.length());
                if (text.length() > MOST_TEXT) {
                    throw new CelEvaluationException("a text of more than " + MOST_TEXT + " characters is too long");
                }
            }
            if (value instanceof Boolean
                    || value instanceof String
                    || value instanceof Long
                    || value instanceof Double) {
                return value;
            }
            return value instanceof Number number ? (Object) number.longValue() : value.toString();
        }

        private void grow(int by) throws CelEvaluationException {
            size += by;
            if (size > MOST_SIZE) {
                throw new CelEvaluationException("there is too much in its value: more than 32 MiB");
            }
        }
    }

    private static Object nullOfTheLibrary() {
        try {
            return CelRuntimeFactory.legacyCelRuntimeBuilder()
                    .setOptions(OPTIONS)
                    .build()
                    .createProgram(CelCompilerFactory.standardCelCompilerBuilder()
                            .setOptions(OPTIONS)
                            .build()
                            .compile("null")
                            .getAst())
                    .eval();
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalStateException("null is no expression", e);
        }
    }

    private static String cause(CelEvaluationException e) {
        String message = String.valueOf(e.getMessage());
        String plain = MESSAGE_PLACE.matcher(message).replaceFirst("");
        return (plain.endsWith(".") ? plain.substring(0, plain.length() - 1) : plain)
                .replaceFirst("^No matching overload for function '_?(.*?)_?'.*", "'$1' does not go with these values");
    }

    /** What the library found wrong first, in our words. */
    private static ExpressionError said(
            String text,
            CelIssue issue,
            Map<String, PlainType> names,
            Collection<PlainFunction> functions,
            Structs structs) {
        int column = column(text, issue);
        String message = String.valueOf(issue.getMessage()).strip();
        Matcher undeclared = UNDECLARED.matcher(message);
        if (undeclared.matches()) {
            String name = undeclared.group(1);
            boolean called = text.substring(Math.min(text.length(), Math.max(0, column - 1)))
                    .startsWith("(");
            Collection<String> known =
                    called ? functions.stream().map(PlainFunction::name).toList() : names.keySet();
            return new ExpressionError(
                    (called ? "no function" : "nothing") + " is called " + name
                            + (known.isEmpty() || !NearNames.of(name, known).isEmpty()
                                    ? ""
                                    : "; there are " + String.join(", ", new TreeSet<>(known))),
                    text,
                    column,
                    NearNames.of(name, known));
        }
        Matcher undefined = UNDEFINED.matcher(message);
        if (undefined.matches()) {
            String name = undefined.group(1);
            List<String> near = NearNames.of(name, structs.fieldNames());
            int dot = text.indexOf(name, column - 1); // the library gives the dot before it
            return new ExpressionError("no field is called " + name, text, dot < 0 ? column : dot + 1, near);
        }
        Matcher overload = NO_OVERLOAD.matcher(message);
        if (overload.matches()) {
            String what = overload.group(1);
            String shown = what.contains("_") || what.startsWith("@") ? "'" + what.replaceAll("[_@]", "") + "'" : what;
            return new ExpressionError(
                    shown + " does not go with " + overload.group(2).replaceAll("row\\.[\\w.]+", "object"),
                    text,
                    column,
                    List.of());
        }
        return new ExpressionError(syntax(message), text, column, List.of());
    }

    private static String syntax(String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("<eof>")) {
            return "it ends where more is needed";
        }
        if (lower.startsWith("token recognition error")) {
            return "this is not expected here";
        }
        if (lower.contains("recursion limit")) {
            return "nested too deeply";
        }
        String first = message.lines().findFirst().orElse("").replaceFirst(" expecting \\{.*", "");
        return "not understood: " + first;
    }

    /** Through the whole text, from 1. */
    private static int column(String text, CelIssue issue) {
        int offset = 0;
        for (int line = 1; line < issue.getSourceLocation().getLine() && offset < text.length(); offset++) {
            if (text.charAt(offset) == '\n') {
                line++;
            }
        }
        return Math.min(
                        text.length(),
                        offset + Math.max(0, issue.getSourceLocation().getColumn()))
                + 1;
    }

    /** Maps with known keys, as messages of CEL's. */
    private static final class Structs implements CelTypeProvider {
        private final Map<String, StructType> byName = new LinkedHashMap<>();
        private final Map<String, PlainType.Fields> plainByName = new LinkedHashMap<>();

        CelType cel(PlainType type) {
            if (type instanceof PlainType.Several list) {
                return ListType.create(cel(list.element()));
            }
            if (type instanceof PlainType.Entries map) {
                return MapType.create(SimpleType.STRING, cel(map.value()));
            }
            if (type instanceof PlainType.Fields fields) {
                return struct(fields);
            }
            return switch ((PlainType.Simple) type) {
                case FLAG -> SimpleType.BOOL;
                case WHOLE -> SimpleType.INT;
                case NUMBER -> SimpleType.DOUBLE;
                case TEXT -> SimpleType.STRING;
                case ANY -> SimpleType.DYN;
                case SAME -> TypeParamType.create("T");
            };
        }

        private StructType struct(PlainType.Fields fields) {
            StructType known = byName.get(fields.name());
            if (known != null) {
                return known;
            }
            StructType made = StructType.create(
                    fields.name(),
                    ImmutableSet.copyOf(fields.fields().keySet()),
                    name -> Optional.ofNullable(fields.fields().get(name)).map(this::cel));
            byName.put(fields.name(), made);
            plainByName.put(fields.name(), fields);
            fields.fields().values().forEach(this::cel);
            return made;
        }

        PlainType plain(CelType type) {
            return switch (type.kind()) {
                case BOOL -> PlainType.Simple.FLAG;
                case INT, UINT -> PlainType.Simple.WHOLE;
                case DOUBLE -> PlainType.Simple.NUMBER;
                case STRING -> PlainType.Simple.TEXT;
                case LIST ->
                    new PlainType.Several(
                            type.parameters().isEmpty()
                                    ? PlainType.Simple.ANY
                                    : plain(type.parameters().get(0)));
                case STRUCT -> {
                    PlainType.Fields known = plainByName.get(type.name());
                    yield known == null ? PlainType.Simple.ANY : known;
                }
                case MAP ->
                    type.parameters().size() < 2
                                    || type.parameters().get(0).kind() != dev.cel.common.types.CelKind.STRING
                            ? PlainType.Simple.ANY
                            : new PlainType.Entries(plain(type.parameters().get(1)));
                default -> PlainType.Simple.ANY;
            };
        }

        Collection<String> fieldNames() {
            TreeSet<String> names = new TreeSet<>();
            byName.values().forEach(struct -> names.addAll(struct.fieldNames()));
            return names;
        }

        @Override
        public ImmutableList<CelType> types() {
            return ImmutableList.copyOf(byName.values());
        }

        @Override
        public Optional<CelType> findType(String name) {
            return Optional.ofNullable(byName.get(name));
        }
    }
}
