package dev.sonde.jvm;

import dev.sonde.jvm.Evaluator.Failure;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A text that takes a step for each character that is looked at, so that a catastrophic regular expression ends. */
final class SearchedText implements CharSequence {

    private static final int MOST_REPEATS = 100_000;

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
        int repeats = repeats(regex);
        if (repeats > MOST_REPEATS) {
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

    /**
     * What the counted repetitions multiply to, or more: {@code (?:^){2000000000}} repeats two thousand million times and looks
     * at no character.
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
