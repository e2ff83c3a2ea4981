package dev.sonde.weave;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Type;

/**
 * Methods as people type them: {@code place}, {@code pl*}, {@code place(Order, int)}, {@code place(*)}, {@code new}. Types of
 * parameters are simple or qualified, {@code String[]} or {@code int...}; a nested class is {@code Inner}, {@code Outer.Inner}
 * or {@code Outer$Inner}.
 */
public final class MethodPattern {

    private static final String EVERY = "**";

    private final String text;
    private final Glob name;
    /** Null for any. */
    private final @Nullable List<String> parameters;

    private MethodPattern(String text, Glob name, @Nullable List<String> parameters) {
        this.text = text;
        this.name = name;
        this.parameters = parameters;
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException that says what is wrong, lower case
     */
    public static MethodPattern parse(String text) {
        String pattern = text.strip();
        String name = pattern;
        List<String> parameters = null;
        int open = pattern.indexOf('(');
        if (open >= 0) {
            if (!pattern.endsWith(")") || pattern.indexOf('(', open + 1) >= 0) {
                throw wrong(text);
            }
            name = pattern.substring(0, open).strip();
            String inner = withoutTypeArguments(pattern.substring(open + 1, pattern.length() - 1))
                    .strip();
            if (!inner.equals("*") && !inner.equals("..")) {
                parameters = new ArrayList<>();
                for (String type : inner.isEmpty() ? new String[0] : inner.split(",", -1)) {
                    String stripped = type.strip().replace("...", "[]").replace(" ", "");
                    if (stripped.isEmpty()) {
                        throw wrong(text);
                    }
                    parameters.add(stripped);
                }
            }
        }
        if (name.isEmpty() || name.chars().anyMatch(c -> c <= ' ' || "();[]/.,".indexOf(c) >= 0)) {
            throw wrong(text);
        }
        return new MethodPattern(pattern, Glob.of(name.equals("new") ? "<init>" : name), parameters);
    }

    /** They are not in a descriptor. */
    private static String withoutTypeArguments(String types) {
        StringBuilder kept = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < types.length(); i++) {
            char c = types.charAt(i);
            if (c == '<') {
                depth++;
            } else if (c == '>' && depth > 0) {
                depth--;
            } else if (depth == 0) {
                kept.append(c);
            }
        }
        return kept.toString();
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "'" + text + "' is not a method such as place, pl*, place(Order, int) or new");
    }

    /** Whether it may match methods of several names. */
    public boolean isGlob() {
        return Glob.isGlob(name.toString());
    }

    /**
     * The methods it means, in the order of the class file. What the compiler added (bridges, accessors, lambda bodies) is
     * meant when the pattern begins with {@code lambda$}, or when nothing else fits: a bridge has the name of what it leads
     * to, and both would count each call twice. A glob does not mean {@code <init>} and {@code <clinit>} unless it begins with {@code <}.
     * {@code **} means every method that there is.
     */
    public List<ClassModel.Method> matching(ClassModel model) {
        if (text.equals(EVERY)) {
            return model.methods();
        }
        List<ClassModel.Method> written = new ArrayList<>();
        List<ClassModel.Method> generated = new ArrayList<>();
        for (ClassModel.Method method : model.methods()) {
            if (matches(method.key())) {
                boolean wanted = !method.isSynthetic() || name.toString().startsWith("lambda$");
                (wanted ? written : generated).add(method);
            }
        }
        return written.isEmpty() ? generated : written;
    }

    /** Whether name and parameters fit, whoever wrote the method. */
    public boolean matches(MethodKey method) {
        if (text.equals(EVERY)) {
            return true;
        }
        if (method.name().startsWith("<") && isGlob() && !name.toString().startsWith("<")) {
            return false;
        }
        if (!name.matches(method.name())) {
            return false;
        }
        if (parameters == null) {
            return true;
        }
        Type[] types = Type.getArgumentTypes(method.descriptor());
        if (types.length != parameters.size()) {
            return false;
        }
        for (int i = 0; i < types.length; i++) {
            if (!typeMatches(parameters.get(i), types[i].getClassName())) {
                return false;
            }
        }
        return true;
    }

    /** {@code java.util.Map$Entry[]} is Entry[], Map.Entry[], Map$Entry[], java.util.Map.Entry[] and itself. */
    private static boolean typeMatches(String typed, String actual) {
        if (typed.equals("*") || typed.equals(actual)) {
            return true;
        }
        String dotted = actual.replace('$', '.');
        String wanted = typed.replace('$', '.');
        return dotted.equals(wanted)
                || dotted.endsWith("." + wanted)
                || (Glob.isGlob(wanted) && Glob.of(wanted).matchesClass(dotted));
    }

    /** Without package and enclosing classes. */
    static String simpleName(String className) {
        int cut = Math.max(className.lastIndexOf('.'), className.lastIndexOf('$'));
        return cut + 1 < className.length() ? className.substring(cut + 1) : className;
    }

    @Override
    public String toString() {
        return text;
    }
}
