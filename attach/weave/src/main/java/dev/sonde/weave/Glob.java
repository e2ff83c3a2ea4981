package dev.sonde.weave;

/**
 * A name with holes: {@code *} is any characters (dots and dollars too), {@code ?} is one. Everything else, letter case
 * included, is itself. A class glob without a dot also matches simple names: {@code *Order*} is {@code shop.OrderService}.
 */
public final class Glob {

    private final String text;

    private Glob(String text) {
        this.text = text;
    }

    public static Glob of(String text) {
        return new Glob(text);
    }

    /** Whether it has a hole, and so may match more than one name. */
    public static boolean isGlob(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
    }

    public boolean matches(String name) {
        return matches(name, 0);
    }

    /**
     * Whether it is a class's name ({@link Class#getName()}), or, where the glob has no dot, its simple name: what follows
     * the last dot ({@code Outer$Inner}) or the last dollar ({@code Inner}).
     */
    public boolean matchesClass(String className) {
        if (matches(className)) {
            return true;
        }
        if (text.indexOf('.') >= 0) {
            return false;
        }
        int simple = className.lastIndexOf('.') + 1;
        int inner = className.lastIndexOf('$') + 1;
        return matches(className, simple)
                || (inner > simple && inner < className.length() && matches(className, inner));
    }

    /** Linear in both for one star at a time: the last star alone is ever reconsidered. */
    private boolean matches(String name, int from) {
        int n = from;
        int t = 0;
        int star = -1;
        int mark = 0;
        while (n < name.length()) {
            char c = t < text.length() ? text.charAt(t) : '\0';
            if (t < text.length() && c == '*') {
                star = t++;
                mark = n;
            } else if (t < text.length() && (c == '?' || c == name.charAt(n))) {
                t++;
                n++;
            } else if (star >= 0) {
                t = star + 1;
                n = ++mark;
            } else {
                return false;
            }
        }
        while (t < text.length() && text.charAt(t) == '*') {
            t++;
        }
        return t == text.length();
    }

    @Override
    public String toString() {
        return text;
    }
}
