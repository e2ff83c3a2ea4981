package dev.sonde.wire;

/**
 * How often a regular expression repeats. Who counts the characters that it looks at does not see {@code (?:^){2000000000}}, which
 * repeats two thousand million times and looks at none.
 */
public final class RegexRepeats {

    /** More than any that is run. */
    public static final int MOST = 100_000;

    private RegexRepeats() {}

    /**
     * What the counted repetitions of a regular expression multiply to, or more, up to one more than {@link #MOST}: braces that stand for
     * themselves count too, and what is between the digits, which may be blanks and remarks, does not end a number.
     */
    public static int of(String regex) {
        long product = 1;
        for (int open = regex.indexOf('{'); open >= 0; open = regex.indexOf('{', open + 1)) {
            long number = 0;
            long most = 1;
            for (int i = open + 1; i < regex.length() && regex.charAt(i) != '}'; i++) {
                char c = regex.charAt(i);
                if (c == ',') {
                    number = 0;
                } else if (c >= '0' && c <= '9') {
                    number = Math.min(MOST + 1, number * 10 + (c - '0'));
                    most = Math.max(most, number);
                }
            }
            product = Math.min(MOST + 1, product * most);
        }
        return (int) product;
    }
}
