package dev.sonde.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One line as a person types it, cut into words as a shell does: {@code '…'} keeps everything, {@code "…"} knows {@code \"}
 * and {@code \\}, a backslash outside takes the next character as it is. A first word {@code @TARGET} says which JVMs the
 * line runs on; alone it stands for {@code @TARGET select}. A line that starts with {@code #} is a remark.
 *
 * @param target the pattern after the {@code @}
 * @param words command first; empty when there is nothing to do
 */
public record Line(Optional<TargetPattern> target, List<String> words) {

    /** The longest line that is accepted, in characters. */
    public static final int MAX_LENGTH = 64 << 10;

    public Line {
        words = List.copyOf(words);
    }

    /** Whether there is nothing to run: blank, or a remark. */
    public boolean isEmpty() {
        return words.isEmpty();
    }

    /**
     * Cuts a whole line.
     *
     * @throws UsageError when it is too long, is not text, or a quote is not closed; says the column, from 1
     */
    public static Line parse(String typed) throws UsageError {
        Words words = Words.of(typed);
        if (words.open != 0) {
            throw new UsageError("column " + words.openedAt + ": the quote " + words.open + " is not closed");
        }
        if (words.escaping) {
            throw new UsageError("column " + typed.length() + ": nothing follows the backslash");
        }
        return of(words.done);
    }

    /** A line whose words are known already: those of a playbook, or of a program's own arguments. */
    public static Line of(List<String> words) throws UsageError {
        if (words.isEmpty() || !words.get(0).startsWith("@")) {
            return new Line(Optional.empty(), words);
        }
        String pattern = words.get(0).substring(1);
        if (pattern.isEmpty()) {
            throw new UsageError("nothing follows the @; @PID, @NAME or @GLOB is accepted");
        }
        List<String> rest = words.subList(1, words.size());
        return new Line(Optional.of(new TargetPattern(pattern)), rest.isEmpty() ? List.of("select") : rest);
    }

    /**
     * The words of a line that is still being typed. The last one is the word under the cursor, without its opening quote;
     * it is empty after a blank.
     */
    public static List<String> begun(String typed) {
        try {
            Words words = Words.of(typed);
            return words.inWord ? words.done : append(words.done, "");
        } catch (UsageError e) {
            return List.of();
        }
    }

    /** A word as it must be typed to be read as that word. */
    public static String quoted(String word) {
        if (!word.isEmpty() && word.chars().noneMatch(c -> Character.isWhitespace(c) || "'\"\\#".indexOf(c) >= 0)) {
            return word;
        }
        return word.indexOf('\'') < 0
                ? "'" + word + "'"
                : "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static List<String> append(List<String> words, String last) {
        List<String> all = new ArrayList<>(words);
        all.add(last);
        return all;
    }

    /** The cutting itself, one character after the other. */
    private static final class Words {
        final List<String> done = new ArrayList<>();
        private final StringBuilder word = new StringBuilder();
        boolean inWord;
        boolean escaping;
        char open;
        int openedAt;

        static Words of(String typed) throws UsageError {
            if (typed.length() > MAX_LENGTH) {
                throw new UsageError(String.format(
                        Locale.ROOT,
                        "the line has %,d characters; up to %,d are accepted",
                        typed.length(),
                        MAX_LENGTH));
            }
            Words words = new Words();
            if (typed.stripLeading().startsWith("#")) {
                return words;
            }
            for (int i = 0; i < typed.length(); i++) {
                refuseWhatIsNoText(typed, i);
                words.take(typed.charAt(i), i + 1);
            }
            if (words.inWord) {
                words.done.add(words.word.toString());
            }
            return words;
        }

        private void take(char c, int column) {
            if (escaping) {
                escaping = false;
                if (open == '"' && c != '"' && c != '\\') {
                    word.append('\\');
                }
                word.append(c);
            } else if (open != 0) {
                insideQuotes(c);
            } else if (Character.isWhitespace(c)) {
                endWord();
            } else {
                inWord = true;
                switch (c) {
                    case '\\' -> escaping = true;
                    case '\'', '"' -> {
                        open = c;
                        openedAt = column;
                    }
                    default -> word.append(c);
                }
            }
        }

        private void insideQuotes(char c) {
            if (c == open) {
                open = 0;
            } else if (c == '\\' && open == '"') {
                escaping = true;
            } else {
                word.append(c);
            }
        }

        private void endWord() {
            if (inWord) {
                done.add(word.toString());
                word.setLength(0);
                inWord = false;
            }
        }

        private static void refuseWhatIsNoText(String typed, int at) throws UsageError {
            char c = typed.charAt(at);
            if (Character.isISOControl(c) && !Character.isWhitespace(c)) {
                throw new UsageError(
                        "column %d: the control character U+%04X is not accepted".formatted(at + 1, (int) c));
            }
            boolean pairs = Character.isHighSurrogate(c)
                    ? at + 1 < typed.length() && Character.isLowSurrogate(typed.charAt(at + 1))
                    : !Character.isLowSurrogate(c) || (at > 0 && Character.isHighSurrogate(typed.charAt(at - 1)));
            // U+FFFD is what a decoder makes of bytes that are no UTF-8.
            if (!pairs || c == '\uFFFD') {
                throw new UsageError("column " + (at + 1) + ": this is not UTF-8 text");
            }
        }
    }
}
