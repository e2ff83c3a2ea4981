package dev.sonde.shell;

import dev.sonde.commands.Line;
import dev.sonde.commands.catalogue.Completion;
import dev.sonde.commands.output.SafeText;
import java.util.List;
import java.util.function.Function;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;

/** Between JLine, which completes words, and the commands, which know what may follow. Cuts words as {@link Line} does. */
final class LineCompletion implements Completer, Parser {

    private final Function<List<String>, List<Completion.Candidate>> source;

    /** @param source from the words so far, the last one under the cursor, to what may stand in its place */
    LineCompletion(Function<List<String>, List<Completion.Candidate>> source) {
        this.source = source;
    }

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        return new Begun(line, cursor);
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        for (Completion.Candidate one : source.apply(line.words())) {
            // A name that the terminal would obey is not offered; it can still be matched by a glob.
            if (SafeText.of(one.value()).equals(one.value())) {
                String described = one.description().isEmpty() ? null : SafeText.of(one.description());
                candidates.add(new Candidate(one.value(), one.value(), null, described, null, null, one.complete()));
            }
        }
    }

    /** The line up to the cursor. */
    private static final class Begun implements CompletingParsedLine {
        private final String line;
        private final int cursor;
        private final List<String> words;
        private final int rawLength;

        Begun(String line, int cursor) {
            this.line = line;
            this.cursor = cursor;
            String before = line.substring(0, cursor);
            this.words = Line.begun(before);
            this.rawLength = cursor - startOfLastWord(before);
        }

        @Override
        public String word() {
            return words.isEmpty() ? "" : words.get(words.size() - 1);
        }

        @Override
        public int wordCursor() {
            return word().length();
        }

        @Override
        public int wordIndex() {
            return Math.max(0, words.size() - 1);
        }

        @Override
        public List<String> words() {
            return words;
        }

        @Override
        public String line() {
            return line;
        }

        @Override
        public int cursor() {
            return cursor;
        }

        @Override
        public int rawWordCursor() {
            return rawLength;
        }

        @Override
        public int rawWordLength() {
            return rawLength;
        }

        /** A quote that was typed stays, or the one that is typed next would open and not close. */
        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            String value = candidate.toString();
            char typed = rawLength > 0 ? line.charAt(cursor - rawLength) : 0;
            boolean plain =
                    value.chars().noneMatch(c -> Character.isWhitespace(c) || c == '\'' || c == '"' || c == '\\');
            if (typed == '"') {
                String inside = value.replace("\\", "\\\\").replace("\"", "\\\"");
                return '"' + inside + (complete ? "\"" : "");
            }
            if (plain && typed != '\'') {
                return value;
            }
            return "'" + value.replace("'", "'\\''") + (complete ? "'" : "");
        }

        private static int startOfLastWord(String text) {
            int start = 0;
            char open = 0;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\\' && open != '\'') {
                    i++;
                } else if (open != 0) {
                    open = c == open ? 0 : open;
                } else if (c == '\'' || c == '"') {
                    open = c;
                } else if (Character.isWhitespace(c)) {
                    start = i + 1;
                }
            }
            return start;
        }
    }
}
