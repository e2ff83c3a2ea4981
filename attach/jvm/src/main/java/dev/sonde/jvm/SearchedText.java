package dev.sonde.jvm;

import dev.sonde.jvm.Evaluator.Failure;
import dev.sonde.wire.RegexRepeats;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A text that takes a step for each character that is looked at, so that a catastrophic regular expression ends. */
final class SearchedText implements CharSequence {

    private final CharSequence text;
    private final int cost;
    private final IntConsumer steps;

    private SearchedText(CharSequence text, int cost, IntConsumer steps) {
        this.text = text;
        this.cost = cost;
        this.steps = steps;
    }

    /** Whether the regular expression is found in the text, as {@code matches} means it. */
    static boolean find(String text, String regex, IntConsumer steps) {
        int repeats = RegexRepeats.of(regex);
        if (repeats > RegexRepeats.MOST) {
            throw new Failure("a regular expression that repeats too often");
        }
        try {
            return Pattern.compile(regex)
                    .matcher(new SearchedText(text, 1 + repeats / 1000, steps))
                    .find();
        } catch (PatternSyntaxException e) {
            throw new Failure("not a regular expression: " + e.getDescription());
        } catch (StackOverflowError e) {
            throw new Failure("a regular expression that is nested too deeply");
        }
    }

    @Override
    public char charAt(int index) {
        steps.accept(cost);
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new SearchedText(text.subSequence(start, end), cost, steps);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
