package dev.sonde.commands.debug;

import dev.sonde.commands.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Expressions as people type them without quotes: {@code fee * 2} is one, though it is three words of a line. In {@code name
 * == "acme"} the quotes are the expression's; quotes around all of it, as {@code 'fee * 2'}, are the line's, and so are those
 * around other quotes, as {@code '"acme"'}.
 */
final class TypedExpressions {

    private static final Pattern OPERATOR = Pattern.compile("[-+*/%<>?:]|[<>=!]?=|&&|\\|\\||in");

    private static final Pattern QUOTED_TWICE = Pattern.compile("'\"[^\"']*\"'");

    private TypedExpressions() {}

    /** The arguments of a command: words that an operator stands between are one expression, all others are one each. */
    static List<String> of(List<Line.Word> words) {
        List<String> all = new ArrayList<>();
        for (int from = 0, to; from < words.size(); from = to) {
            to = from + 1;
            while (to < words.size() && (isOperator(words.get(to)) || isOperator(words.get(to - 1)))) {
                to++;
            }
            all.add(to == from + 1 ? single(words.get(from)) : joined(words.subList(from, to)));
        }
        return all;
    }

    private static String joined(List<Line.Word> words) {
        return words.stream()
                .map(word -> QUOTED_TWICE.matcher(word.typed()).matches() ? word.text() : word.typed())
                .collect(Collectors.joining(" "));
    }

    private static String single(Line.Word word) {
        return word.isQuoted() || word.text().startsWith("--") ? word.text() : word.typed();
    }

    private static boolean isOperator(Line.Word word) {
        return OPERATOR.matcher(word.typed()).matches();
    }
}
