package dev.sonde.agent;

/** A pattern with {@code *} and {@code ?}, for names of classes. Linear but for one point of return, so no input is slow. */
final class Glob {

    private final String pattern;
    private final boolean simple;

    Glob(String pattern) {
        this.pattern = pattern;
        this.simple = pattern.indexOf('.') < 0;
    }

    /** Whether a class's name matches; for a pattern without a dot, also its simple name. */
    boolean matchesClass(String name) {
        if (matches(name, 0)) {
            return true;
        }
        if (!simple) {
            return false;
        }
        int dot = name.lastIndexOf('.');
        int dollar = name.lastIndexOf('$');
        return (dot >= 0 && matches(name, dot + 1)) || (dollar > dot && matches(name, dollar + 1));
    }

    /** Whether a name of whatever matches as a whole. */
    boolean matches(String name) {
        return matches(name, 0);
    }

    private boolean matches(String name, int from) {
        int p = 0;
        int n = from;
        int star = -1;
        int retry = 0;
        while (n < name.length()) {
            char c = p < pattern.length() ? pattern.charAt(p) : 0;
            if (p < pattern.length() && c == '*') {
                star = p++;
                retry = n;
            } else if (p < pattern.length() && (c == '?' || c == name.charAt(n))) {
                p++;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++retry;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
