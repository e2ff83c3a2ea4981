package dev.sonde.weave;

import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelExpr;
import dev.cel.parser.CelParser;
import dev.cel.parser.CelParserFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The text of an expression and where its parts stand, parsed by the CEL library without macros, so that {@code
 * l.exists(x, …)} stays the call it looks like.
 *
 * <p>CEL's names are ASCII, and some are reserved; Java's may be {@code $1}, {@code größe} or {@code var}. So what CEL would
 * refuse in a name is replaced by an underscore before parsing, character for character, and every name is read from the
 * original at the place where the parser saw it.
 */
final class ExpressionText {

    static final int MAX_LENGTH = 10_000;

    private static final int MAX_NESTING = 100;

    /** Not {@code in}, which is an operator where it is no field, nor the literals. */
    private static final Set<String> RESERVED = Set.of(
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while");

    /** Made once: the first parse warms the parser's tables for all. */
    private static final CelParser PARSER = CelParserFactory.standardCelParserBuilder()
            .setOptions(CelOptions.current()
                    .maxParseRecursionDepth(MAX_NESTING)
                    .maxExpressionCodePointSize(MAX_LENGTH)
                    .build())
            .build();

    private final String text;
    private final int[] original;
    private final int[] masked;
    private @Nullable CelExpr root;
    private Map<Long, Integer> positions = Map.of();

    private ExpressionText(String text) {
        this.text = text;
        this.original = text.codePoints().toArray();
        this.masked = mask(original);
    }

    static ExpressionText parse(String text) throws ExpressionError {
        if (text.length() > MAX_LENGTH) {
            throw new ExpressionError(
                    String.format(
                            Locale.ROOT,
                            "an expression has at most %,d characters, this one has %,d",
                            MAX_LENGTH,
                            text.length()),
                    text.substring(0, 100) + "…",
                    0,
                    List.of());
        }
        ExpressionText parsed = new ExpressionText(text);
        if (text.isBlank()) {
            throw parsed.error(0, "an expression is needed, such as args[0].total > 20 or cost > 5", List.of());
        }
        parsed.parse();
        return parsed;
    }

    private void parse() throws ExpressionError {
        try {
            CelValidationResult result = PARSER.parse(new String(masked, 0, masked.length));
            if (result.hasError()) {
                throw syntaxError(result.getErrors().get(0));
            }
            root = result.getAst().getExpr();
            positions = result.getAst().getSource().getPositionsMap();
        } catch (CelValidationException e) {
            throw syntaxError(e.getErrors().get(0));
        } catch (StackOverflowError e) {
            throw error(0, "nested too deeply", List.of());
        }
    }

    CelExpr root() {
        if (root == null) {
            throw new IllegalStateException("not parsed");
        }
        return root;
    }

    /** From 1: where the parser saw the expression; of {@code a == b} that is the operator. */
    int column(CelExpr expr) {
        return positions.getOrDefault(expr.id(), -1) + 1;
    }

    /** From 1: where the expression begins. */
    int startColumn(CelExpr expr) {
        int column = column(expr);
        switch (expr.getKind()) {
            case SELECT -> {
                return startColumn(expr.select().operand());
            }
            case CALL -> {
                if (expr.call().target().isPresent()) {
                    return startColumn(expr.call().target().get());
                }
                if (Character.isLetter(expr.call().function().charAt(0))) {
                    return nameColumn(expr);
                }
                if (expr.call().args().size() > 1) {
                    return Math.min(column, startColumn(expr.call().args().get(0)));
                }
                return column;
            }
            default -> {
                return column;
            }
        }
    }

    /** From 1: where the name of an identifier, of a selected field or of a called function begins. */
    int nameColumn(CelExpr expr) {
        int at = column(expr) - 1;
        switch (expr.getKind()) {
            case SELECT -> {
                // The parser gives the dot.
                at++;
                while (at < original.length && !Character.isJavaIdentifierStart(original[at])) {
                    at++;
                }
                return at + 1;
            }
            case CALL -> {
                // The parser gives the parenthesis.
                at--;
                while (at > 0 && Character.isWhitespace(original[at])) {
                    at--;
                }
                while (at > 0 && Character.isJavaIdentifierPart(original[at - 1])) {
                    at--;
                }
                return at + 1;
            }
            default -> {
                return at + 1;
            }
        }
    }

    /** The name at {@link #nameColumn} as it was typed. */
    String name(CelExpr expr) {
        int from = nameColumn(expr) - 1;
        int to = from;
        while (to < original.length && Character.isJavaIdentifierPart(original[to])) {
            to++;
        }
        return new String(original, from, to - from);
    }

    ExpressionError error(int column, String message, List<String> near) {
        return new ExpressionError(message, text, column, near);
    }

    private ExpressionError syntaxError(CelIssue issue) {
        CelSourceLocation location = issue.getSourceLocation();
        int offset = 0;
        for (int line = 1; line < location.getLine() && offset < original.length; offset++) {
            if (original[offset] == '\n') {
                line++;
            }
        }
        offset += Math.max(0, location.getColumn());
        String message = issue.getMessage();
        String lower = message.toLowerCase(Locale.ROOT);
        String said;
        if (lower.contains("recursion limit")) {
            return error(0, "nested too deeply: the limit is " + MAX_NESTING, List.of());
        } else if (lower.contains("for input string")) {
            said = "the number does not fit";
        } else if (offset < original.length
                && (original[offset] == '\'' || original[offset] == '"')
                && lower.startsWith("token recognition")) {
            said = "the string does not end";
        } else if (offset < original.length && original[offset] == '=' && lower.startsWith("token recognition")) {
            said = "'=' is not an operator: equal is ==";
        } else if (offset < original.length && (original[offset] == '&' || original[offset] == '|')) {
            String one = Character.toString(original[offset]);
            said = "'" + one + "' is not an operator: it is " + one + one;
        } else if (offset >= original.length || lower.contains("<eof>'")) {
            offset = original.length;
            said = lower.startsWith("missing ")
                    ? "it ends without "
                            + message.substring("missing ".length()).replaceFirst(" at .*", "")
                    : "it ends where a value is needed";
        } else {
            while (offset < original.length - 1 && Character.isWhitespace(original[offset])) {
                offset++;
            }
            said = "'" + word(offset) + "' is not expected here";
        }
        return error(offset + 1, said, List.of());
    }

    private String word(int offset) {
        int to = offset + 1;
        if (Character.isJavaIdentifierPart(original[offset])) {
            while (to < original.length && Character.isJavaIdentifierPart(original[to])) {
                to++;
            }
        }
        return new String(original, offset, to - offset);
    }

    private static int[] mask(int[] original) {
        int[] masked = original.clone();
        int i = 0;
        while (i < original.length) {
            int c = original[i];
            if (c == '\'' || c == '"') {
                i = afterString(original, i);
            } else if (Character.isJavaIdentifierStart(c)) {
                int from = i;
                while (i < original.length && Character.isJavaIdentifierPart(original[i])) {
                    if (original[i] > 127 || original[i] == '$') {
                        masked[i] = '_';
                    }
                    i++;
                }
                String word = new String(original, from, i - from);
                if (RESERVED.contains(word) || (word.equals("in") && follows(original, from, '.'))) {
                    masked[from] = '_';
                }
            } else if (Character.isDigit(c)) {
                while (i < original.length && Character.isLetterOrDigit(original[i])) {
                    i++; // 10u, 0x1F, 1e5
                }
            } else {
                i++;
            }
        }
        return masked;
    }

    private static boolean follows(int[] text, int at, char wanted) {
        int i = at - 1;
        while (i >= 0 && Character.isWhitespace(text[i])) {
            i--;
        }
        return i >= 0 && text[i] == wanted;
    }

    private static int afterString(int[] text, int at) {
        int quote = text[at];
        boolean raw = at > 0 && (text[at - 1] == 'r' || text[at - 1] == 'R');
        boolean triple = at + 2 < text.length && text[at + 1] == quote && text[at + 2] == quote;
        int i = at + (triple ? 3 : 1);
        while (i < text.length) {
            if (text[i] == '\\' && !raw) {
                i += 2;
            } else if (text[i] == quote
                    && (!triple || (i + 2 < text.length && text[i + 1] == quote && text[i + 2] == quote))) {
                return i + (triple ? 3 : 1);
            } else {
                i++;
            }
        }
        return text.length;
    }
}
