package dev.sonde.commands.debug;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** TypedExpressions as people type them without quotes: {@code fee * 2} is one, though it is three words of a line. */
final class TypedExpressions {

    private static final Pattern OPERATOR = Pattern.compile("[-+*/%<>?:]|[<>=!]=|&&|\\|\\||in");

    private TypedExpressions() {}

    /** Words that an operator stands between are one expression; all others are one each. */
    static List<String> of(List<String> words) {
        List<String> all = new ArrayList<>();
        boolean goesOn = false;
        for (String word : words) {
            boolean operator = OPERATOR.matcher(word).matches();
            if (!all.isEmpty() && (operator || goesOn)) {
                all.add(all.remove(all.size() - 1) + " " + word);
            } else {
                all.add(word);
            }
            goesOn = operator;
        }
        return all;
    }
}
