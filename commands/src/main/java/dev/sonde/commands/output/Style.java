package dev.sonde.commands.output;

/** How a piece of text stands out. Colours are the reader's own: the sixteen that every terminal lets its user choose. */
public enum Style {
    PLAIN(""),
    /** Names, heads. */
    STRONG("1"),
    /** What is there for completeness. */
    FAINT("2"),
    GOOD("32"),
    /** What needs a look. */
    WARN("33"),
    BAD("31"),
    /** Where the cursor is. */
    SELECTED("7");

    private final String code;

    Style(String code) {
        this.code = code;
    }

    String paint(String safe, boolean colour) {
        return colour && !code.isEmpty() && !safe.isEmpty() ? "\u001b[" + code + "m" + safe + "\u001b[0m" : safe;
    }
}
