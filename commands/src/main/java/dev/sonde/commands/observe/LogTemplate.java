package dev.sonde.commands.observe;

import dev.sonde.commands.UsageError;
import dev.sonde.commands.output.Text;
import dev.sonde.commands.output.ValueText;
import dev.sonde.jvm.Value;
import java.util.ArrayList;
import java.util.List;

/** A line with expressions in braces: {@code order {order.id} took {cost}}. A brace of the text itself is doubled. */
final class LogTemplate {

    /** What stands before each expression, and after the last. */
    private final List<String> texts = new ArrayList<>();

    private final List<String> expressions = new ArrayList<>();

    private LogTemplate() {}

    static LogTemplate parse(String template) throws UsageError {
        LogTemplate parsed = new LogTemplate();
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            char c = template.charAt(at);
            boolean doubled = at + 1 < template.length() && template.charAt(at + 1) == c;
            if ((c == '{' || c == '}') && doubled) {
                text.append(c);
                at += 2;
            } else if (c == '}') {
                throw wrong(at, "'}' closes nothing; one of the text itself is doubled: }}");
            } else if (c == '{') {
                int end = end(template, at);
                String expression = template.substring(at + 1, end).strip();
                if (expression.isEmpty()) {
                    throw wrong(at, "there is no expression in the braces");
                }
                parsed.texts.add(text.toString());
                parsed.expressions.add(expression);
                text.setLength(0);
                at = end + 1;
            } else {
                text.append(c);
                at++;
            }
        }
        parsed.texts.add(text.toString());
        return parsed;
    }

    /** Where the braces of an expression end: it may have some of its own, and strings with any. */
    private static int end(String template, int open) throws UsageError {
        int depth = 0;
        char quote = 0;
        for (int i = open; i < template.length(); i++) {
            char c = template.charAt(i);
            if (quote != 0) {
                if (c == '\\') {
                    i++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return i;
            }
        }
        throw wrong(open, "'{' is not closed; one of the text itself is doubled: {{");
    }

    private static UsageError wrong(int at, String why) {
        return new UsageError("--log: column " + (at + 1) + ": " + why);
    }

    List<String> expressions() {
        return List.copyOf(expressions);
    }

    /** The line for what the expressions gave; texts as they are, without quotes. */
    Text line(List<Value> values) {
        Text line = new Text();
        for (int i = 0; i < texts.size(); i++) {
            line.add(texts.get(i));
            if (i < values.size()) {
                Value value = values.get(i);
                boolean whole = value instanceof Value.Text text && text.text().length() == text.length();
                if (whole) {
                    line.add(((Value.Text) value).text());
                } else {
                    line.add(ValueText.flat(value));
                }
            }
        }
        return line;
    }
}
