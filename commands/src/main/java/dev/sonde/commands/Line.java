package dev.sonde.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One line as a person types it, cut into words as a shell does: {@code '…'} keeps everything, {@code "…"} knows {@code \"}
 * and {@code \\}, a backslash outside takes the next character as it is. A first word {@code @TARGET} says which JVMs the
 * line runs on; alone it stands for {@code @TARGET select}. A line that starts with {@code #} is a remark.
 *
 * @param target the pattern after the {@code @}
 * @param typed its words, command first; empty when there is nothing to do
 */
public record Line(Optional<TargetPattern> target, List<Word> typed) {

    /**
     * A word of a line.
     *
     * @param text what it says
     * @param typed how it stands in the line, with its quotes and backslashes: {@code "} belongs to the language of expressions too
     */
    public record Word(String text, String typed) {

        static Word of(String text) {
            return new Word(text, Line.quoted(text));
        }

        /** The same with another text, in double quotes where it was: there they may belong to an expression. */
        public Word with(String other) {
            return new Word(
                    other, isQuoted() && typed.startsWith("\"") ? Line.inDoubleQuotes(other) : Line.quoted(other));
        }

        /** Whether all of it is one piece in quotes. */
        public boolean isQuoted() {
            char first = typed.isEmpty() ? 0 : typed.charAt(0);
            return (first == '\'' && typed.indexOf('\'', 1) == typed.length() - 1)
                    || (first == '"' && ONE_PIECE.matcher(typed).matches());
        }
    }

    private static final Pattern ONE_PIECE = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*+\"", Pattern.DOTALL);

    /** The longest line that is accepted, in characters. */
    public static final int MAX_LENGTH = 64 << 10;

    public Line {
        typed = List.copyOf(typed);
    }

    /** Words of a line as they were typed. */
    public static String typed(List<Word> words) {
        return words.stream().map(Word::typed).collect(Collectors.joining(" "));
    }

    /** What its words say. */
    public List<String> words() {
        return texts(typed);
    }

    private static List<String> texts(List<Word> words) {
        return words.stream().map(Word::text).toList();
    }

    /** Whether there is nothing to run: blank, or a remark. */
    public boolean isEmpty() {
        return typed.isEmpty();
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

    /** A line without a target, of words that nobody typed. */
    public static Line of(String... words) {
        return new Line(Optional.empty(), Stream.of(words).map(Word::of).toList());
    }

    /** The same line with options that nobody typed; they stand before a {@code --}, which ends options. */
    public Line with(List<String> options) {
        List<Word> all = new ArrayList<>(typed);
        int end = words().indexOf("--");
        all.addAll(end < 0 ? all.size() : end, options.stream().map(Word::of).toList());
        return new Line(target, all);
    }

    private static Line of(List<Word> words) throws UsageError {
        if (words.isEmpty() || !words.get(0).text().startsWith("@")) {
            return new Line(Optional.empty(), words);
        }
        String pattern = words.get(0).text().substring(1);
        if (pattern.isEmpty()) {
            throw new UsageError("nothing follows the @; @PID, @NAME or @GLOB is accepted");
        }
        List<Word> rest = words.subList(1, words.size());
        return new Line(Optional.of(new TargetPattern(pattern)), rest.isEmpty() ? List.of(Word.of("select")) : rest);
    }

    /**
     * The words of a line that is still being typed. The last one is the word under the cursor, without its opening quote;
     * it is empty after a blank.
     */
    public static List<String> begun(String typed) {
        try {
            Words words = Words.of(typed);
            List<String> begun = new ArrayList<>(texts(words.done));
            if (!words.inWord) {
                begun.add("");
            }
            return begun;
        } catch (UsageError e) {
            return List.of();
        }
    }

    /** A word as it must be typed to be read as that word. */
    public static String quoted(String word) {
        if (!word.isEmpty() && word.chars().noneMatch(c -> Character.isWhitespace(c) || "'\"\\#".indexOf(c) >= 0)) {
            return word;
        }
        return word.indexOf('\'') < 0 ? "'" + word + "'" : inDoubleQuotes(word);
    }

    private static String inDoubleQuotes(String word) {
        return "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** The cutting itself, one character after the other. */
    private static final class Words {
        final List<Word> done = new ArrayList<>();
        private final String typed;
        private final StringBuilder word = new StringBuilder();
        private int from;
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
            Words words = new Words(typed);
            if (typed.stripLeading().startsWith("#")) {
                return words;
            }
            for (int i = 0; i < typed.length(); i++) {
                refuseWhatIsNoText(typed, i);
                words.take(typed.charAt(i), i);
            }
            words.endWord(typed.length());
            return words;
        }

        private Words(String typed) {
            this.typed = typed;
        }

        private void take(char c, int at) {
            if (escaping) {
                escaping = false;
                if (open == '"' && c != '"' && c != '\\') {
                    word.append('\\');
                }
                word.append(c);
            } else if (open != 0) {
                insideQuotes(c);
            } else if (Character.isWhitespace(c)) {
                endWord(at);
                inWord = false;
            } else {
                from = inWord ? from : at;
                inWord = true;
                switch (c) {
                    case '\\' -> escaping = true;
                    case '\'', '"' -> {
                        open = c;
                        openedAt = at + 1;
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

        private void endWord(int to) {
            if (inWord) {
                done.add(new Word(word.toString(), typed.substring(from, to)));
                word.setLength(0);
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
