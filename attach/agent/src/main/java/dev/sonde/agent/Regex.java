package dev.sonde.agent;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Regular expressions, which may be anybody's: none runs for ever. */
final class Regex {

    private static final int LONGEST = 1000;
    /** See {@link #repeats}. */
    private static final int MOST_REPEATS = 100_000;

    private Regex() {}

    /**
     * Compiles a regular expression that cannot run for ever. {@link Counted} sees characters that are looked at, but
     * {@code (?:^){2000000000}} repeats two thousand million times and looks at none.
     *
     * @throws Failure when it is not one, or repeats too often
     */
    static Pattern compile(String regex) {
        if (repeats(regex) > MOST_REPEATS) {
            throw new Failure("a regular expression that repeats too often");
        }
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new Failure("not a regular expression: " + e.getDescription());
        } catch (StackOverflowError e) {
            throw new Failure("a regular expression that is nested too deeply");
        }
    }

    /**
     * What the counted repetitions of a regular expression multiply to, or more: braces that stand for themselves count
     * too, and what is between the digits, which may be blanks and remarks, does not end a number.
     */
    private static int repeats(String regex) {
        long product = 1;
        for (int open = regex.indexOf('{'); open >= 0; open = regex.indexOf('{', open + 1)) {
            long number = 0;
            long most = 1;
            for (int i = open + 1; i < regex.length() && regex.charAt(i) != '}'; i++) {
                char c = regex.charAt(i);
                if (c == ',') {
                    number = 0;
                } else if (c >= '0' && c <= '9') {
                    number = Math.min(MOST_REPEATS + 1, number * 10 + (c - '0'));
                    most = Math.max(most, number);
                }
            }
            product = Math.min(MOST_REPEATS + 1, product * most);
        }
        return (int) product;
    }

    /** Whether a text has a part that matches. */
    static boolean matches(Interpreter it, String text, String regex) {
        try {
            Pattern pattern = it.tap.capture.patterns.get(regex);
            if (pattern == null) {
                // One that is only known now: it is made each time, because nobody would forget it.
                if (regex.length() > LONGEST) {
                    throw new Failure("a regular expression of more than " + LONGEST + " characters");
                }
                it.step(regex.length());
                pattern = compile(regex);
            }
            return pattern.matcher(new Counted(it, text, 1 + repeats(regex) / 1000))
                    .find();
        } catch (StackOverflowError e) {
            throw Interpreter.STEPS;
        }
    }

    /** A text that takes a step for each character that is looked at, so that a catastrophic pattern ends. */
    private static final class Counted implements CharSequence {
        private final Interpreter it;
        private final CharSequence text;
        /** More than one where the pattern may repeat much between two looks. */
        private final int cost;

        private int looks;

        Counted(Interpreter it, CharSequence text, int cost) {
            this.it = it;
            this.text = text;
            this.cost = cost;
        }

        @Override
        public char charAt(int index) {
            if ((++looks & 15) == 0) {
                it.step(cost);
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(it, text.subSequence(start, end), cost);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
