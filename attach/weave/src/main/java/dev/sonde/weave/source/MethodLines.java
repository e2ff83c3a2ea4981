package dev.sonde.weave.source;

import dev.sonde.weave.ClassModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds one method in the text of its class. The class file's line numbers say where its code is; the declaration is the
 * nearest line above that names it, and the end is where its braces close.
 */
public final class MethodLines {

    /** Lines that annotations and a long list of parameters may take. */
    private static final int MOST_ABOVE = 60;

    private MethodLines() {}

    /** The lines of a method, its declaration and annotations among them; empty when the text does not tell. */
    public static Optional<SourceText> of(SourceText source, ClassModel declaring, ClassModel.Method method) {
        List<SourceText.Line> lines = source.lines();
        Pattern name = declaration(declaring, method);
        int parameters = parameters(method.key().descriptor());
        List<Integer> named = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (name.matcher(lines.get(i).text()).find()) {
                named.add(i);
            }
        }
        int first = method.firstLine() == 0 ? -1 : indexOf(lines, method);
        int declared = -1;
        for (int at : named) {
            boolean above = first >= 0 && at <= first && first - at <= MOST_ABOVE;
            // Without line numbers the first declaration with as many parameters must do.
            boolean alike = first < 0 && parameters == parameters(lines, at);
            if (above || (alike && declared < 0)) {
                declared = at;
            }
        }
        if (declared < 0) {
            return first < 0 ? Optional.empty() : Optional.of(source.between(first, lastIndexOf(lines, method, first)));
        }
        int start = declared;
        while (start > 0 && lines.get(start - 1).text().strip().startsWith("@")) {
            start--;
        }
        return Optional.of(source.between(start, end(lines, declared)));
    }

    /** What declares it, and is neither a call nor a word of a comment. */
    private static Pattern declaration(ClassModel declaring, ClassModel.Method method) {
        String name = method.key().name();
        if (name.equals("<clinit>")) {
            return Pattern.compile("^\\s*static\\s*\\{");
        }
        if (name.equals("<init>")) {
            String simple = declaring
                    .name()
                    .substring(Math.max(
                                    declaring.name().lastIndexOf('.'),
                                    declaring.name().lastIndexOf('$'))
                            + 1);
            // A record's compact constructor has no parentheses.
            return Pattern.compile(
                    "^(?!.*\\b(?:new|return|class|record|enum)\\b)[^=;*]*\\b" + Pattern.quote(simple) + "\\s*[({]");
        }
        return Pattern.compile(
                "^(?!\\s*(?:return|throw|else|if|while|for|//|\\*)\\b)(?=\\s*[\\w@<])[^=;.*(]*[\\w>\\]]\\s+"
                        + Pattern.quote(name) + "\\s*\\(|^[^=;*(]*[\\w>\\]]\\s+" + Pattern.quote(name)
                        + "\\s*\\([^)]*\\)\\s*(?:throws[^{]*)?\\{");
    }

    private static int indexOf(List<SourceText.Line> lines, ClassModel.Method method) {
        for (int i = 0; i < lines.size(); i++) {
            int number = lines.get(i).number().orElse(-1);
            if (number >= method.firstLine() && number <= method.lastLine()) {
                return i;
            }
        }
        return -1;
    }

    private static int lastIndexOf(List<SourceText.Line> lines, ClassModel.Method method, int first) {
        int last = first;
        for (int i = first; i < lines.size(); i++) {
            int number = lines.get(i).number().orElse(-1);
            last = number >= method.firstLine() && number <= method.lastLine() ? i : last;
        }
        return last;
    }

    /** Where the braces that open from a line on are closed; a semicolon before any ends it too. */
    private static int end(List<SourceText.Line> lines, int from) {
        int depth = 0;
        boolean opened = false;
        boolean comment = false;
        for (int i = from; i < lines.size(); i++) {
            String text = lines.get(i).text();
            char quote = 0;
            for (int c = 0; c < text.length(); c++) {
                char at = text.charAt(c);
                boolean pair = c + 1 < text.length();
                if (comment) {
                    if (at == '*' && pair && text.charAt(c + 1) == '/') {
                        comment = false;
                        c++;
                    }
                } else if (quote != 0) {
                    if (at == '\\') {
                        c++;
                    } else if (at == quote) {
                        quote = 0;
                    }
                } else if (at == '/' && pair && text.charAt(c + 1) == '/') {
                    break;
                } else if (at == '/' && pair && text.charAt(c + 1) == '*') {
                    comment = true;
                } else if (at == '"' || at == '\'') {
                    quote = at;
                } else if (at == '{') {
                    depth++;
                    opened = true;
                } else if (at == '}') {
                    depth--;
                } else if (at == ';' && !opened) {
                    return i;
                }
                if (opened && depth == 0) {
                    return i;
                }
            }
        }
        return lines.size() - 1;
    }

    private static int parameters(String descriptor) {
        int count = 0;
        for (int i = 1; descriptor.charAt(i) != ')'; i++) {
            while (descriptor.charAt(i) == '[') {
                i++;
            }
            if (descriptor.charAt(i) == 'L') {
                i = descriptor.indexOf(';', i);
            }
            count++;
        }
        return count;
    }

    /** Of a declaration in the text: the commas between its parentheses that are not within others. */
    private static int parameters(List<SourceText.Line> lines, int from) {
        int depth = 0;
        int count = 0;
        boolean any = false;
        for (int i = from; i < Math.min(lines.size(), from + MOST_ABOVE); i++) {
            for (char at : lines.get(i).text().toCharArray()) {
                if (at == '(' || at == '<') {
                    depth++;
                } else if (at == ')' || at == '>') {
                    depth--;
                    if (at == ')' && depth == 0) {
                        return any ? count + 1 : 0;
                    }
                } else if (at == ',' && depth == 1) {
                    count++;
                } else if (depth > 0 && !Character.isWhitespace(at)) {
                    any = true;
                }
            }
        }
        return -1;
    }
}
