package dev.sonde.commands.output;

/**
 * Makes text of a target safe to show, and knows how wide it is. Whatever could move a cursor, change a colour, turn the
 * reading direction, break a line or hide itself is shown escaped, as in {@code \}{@code u001b}.
 */
public final class SafeText {

    private SafeText() {}

    /** The text, with all that a terminal would obey or a reader would not see escaped. One line, whatever it was. */
    public static String of(String untrusted) {
        int at = firstUnsafe(untrusted);
        if (at < 0) {
            return untrusted;
        }
        StringBuilder safe = new StringBuilder(untrusted.length() + 16).append(untrusted, 0, at);
        while (at < untrusted.length()) {
            int c = untrusted.codePointAt(at);
            if (isUnsafe(c)) {
                escape(c, safe);
            } else {
                safe.appendCodePoint(c);
            }
            at += Character.charCount(c);
        }
        return safe.toString();
    }

    private static int firstUnsafe(String text) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (isUnsafe(c)) {
                return i;
            }
            i += Character.charCount(c);
        }
        return -1;
    }

    private static void escape(int c, StringBuilder out) {
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                for (char unit : Character.toChars(c)) {
                    out.append("\\u%04x".formatted((int) unit));
                }
            }
        }
    }

    /** Controls, what turns or isolates direction, line ends, what is invisible, and halves of characters. */
    static boolean isUnsafe(int c) {
        if (c < 0x20 || (c >= 0x7f && c <= 0x9f)) {
            return true;
        }
        if (c < 0xad) {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            // All but the joiners, which emoji and several scripts need.
            case Character.FORMAT -> c != 0x200c && c != 0x200d;
            default -> (c & 0xfffe) == 0xfffe;
        };
    }

    /** How many columns safe text takes on a terminal. */
    public static int width(String safe) {
        int width = 0;
        for (int i = 0; i < safe.length(); ) {
            int c = safe.codePointAt(i);
            width += width(c);
            i += Character.charCount(c);
        }
        return width;
    }

    private static int width(int c) {
        if (c < 0x300) {
            return 1;
        }
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> isWide(c) ? 2 : 1;
        };
    }

    /** East Asian Width W and F, and emoji, as the blocks that hold them (Unicode Standard Annex 11). */
    private static boolean isWide(int c) {
        return c >= 0x1100
                && (c <= 0x115f
                        || (c >= 0x231a && c <= 0x231b)
                        || (c >= 0x2e80 && c <= 0x303e)
                        || (c >= 0x3041 && c <= 0xa4cf)
                        || (c >= 0xa960 && c <= 0xa97f)
                        || (c >= 0xac00 && c <= 0xd7a3)
                        || (c >= 0xf900 && c <= 0xfaff)
                        || (c >= 0xfe30 && c <= 0xfe6f)
                        || (c >= 0xff00 && c <= 0xff60)
                        || (c >= 0xffe0 && c <= 0xffe6)
                        || (c >= 0x1f300 && c <= 0x1f64f)
                        || (c >= 0x1f680 && c <= 0x1f6ff)
                        || (c >= 0x1f900 && c <= 0x1f9ff)
                        || (c >= 0x20000 && c <= 0x3fffd));
    }

    /** How many chars of safe text fit into so many columns. */
    public static int fitting(String safe, int columns) {
        int width = 0;
        int i = 0;
        while (i < safe.length()) {
            int c = safe.codePointAt(i);
            width += width(c);
            if (width > columns) {
                return i;
            }
            i += Character.charCount(c);
        }
        return i;
    }

    /** Safe text in at most so many columns; what was cut away is marked by {@code …}. */
    public static String cut(String safe, int columns) {
        return width(safe) <= columns ? safe : safe.substring(0, fitting(safe, columns - 1)) + "…";
    }

    /** As {@link #cut}, but keeps the end, where names differ. */
    static String cutFront(String safe, int columns) {
        if (width(safe) <= columns) {
            return safe;
        }
        int from = 0;
        while (from < safe.length() && width(safe.substring(from)) > columns - 1) {
            from += Character.charCount(safe.codePointAt(from));
        }
        return "…" + safe.substring(from);
    }
}
