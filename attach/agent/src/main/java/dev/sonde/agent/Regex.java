package dev.sonde.agent;

import dev.sonde.wire.RegexRepeats;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Regular expressions, which may be anybody's: none runs for ever. */
final class Regex {

    private static final int LONGEST = 1000;

    private Regex() {}

    /**
     * Compiles a regular expression that cannot run for ever.
     *
     * @throws Failure when it is not one, or repeats too often
     */
    static Pattern compile(String regex) {
        if (RegexRepeats.of(regex) > RegexRepeats.MOST) {
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
            return pattern.matcher(new Counted(it, text, 1 + RegexRepeats.of(regex) / 1000))
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
