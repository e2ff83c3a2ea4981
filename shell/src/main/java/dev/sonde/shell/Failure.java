package dev.sonde.shell;

import dev.sonde.commands.BaseCommand.ExpectationFailed;
import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Exit;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.output.Printer;
import dev.sonde.commands.output.SafeText;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.TargetGone;
import dev.sonde.weave.ExpressionError;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * How a line failed, and the one place where its reader is told.
 *
 * @param command empty when the line names none
 * @param json whether the line's rows are JSON, which a usage beside them would only disturb
 */
record Failure(Throwable why, Optional<Catalogue.Entry> command, boolean json) {

    private static final Logger LOG = Logger.getLogger(Failure.class.getName());

    /** Why a line is refused before it runs. */
    static final class Refused extends Exception {
        final int exit;

        Refused(int exit, String message) {
            super(message);
            this.exit = exit;
        }
    }

    /**
     * That it was told.
     *
     * @param error for the audit, which has none of an expectation that failed without a word
     */
    record Told(int exit, @Nullable String error) {}

    /**
     * Tells the reader what went wrong.
     *
     * @param id of the line in the audit
     */
    Told tell(String id, Printer printer, Answer answer) {
        if (why instanceof UsageError wrong) {
            printer.error(message());
            if (!json && wrong.usageHelps()) {
                command.ifPresent(entry -> usage(entry, answer));
            }
            return told(Exit.USAGE);
        }
        if (why instanceof ExpressionError wrong) {
            printer.error(message() + (wrong.column() > 0 ? ", at column " + wrong.column() : "") + near(wrong));
            if (!json) {
                caret(wrong, answer);
            }
            return told(Exit.USAGE);
        }
        if (why instanceof Refused refused) {
            printer.error(String.valueOf(refused.getMessage()));
            return told(refused.exit);
        }
        if (why instanceof TargetError) {
            printer.error(message());
            return told(why instanceof TargetGone ? Exit.GONE : Exit.FAILED);
        }
        if (why instanceof ExpectationFailed no) {
            if (!String.valueOf(why.getMessage()).isBlank()) {
                printer.error(message());
            }
            return new Told(no.exit(), why.getMessage());
        }
        if (why instanceof InterruptedException) {
            return told(Exit.INTERRUPTED);
        }
        return internal(id, why, answer);
    }

    /** Our fault: the reader gets a number to tell us, the log gets the rest. */
    static Told internal(String id, Throwable why, Answer answer) {
        LOG.log(Level.SEVERE, "internal error " + id, why);
        StackTraceElement[] stack = why.getStackTrace();
        answer.rest().line("internal error " + id + "; it stands in the audit");
        return new Told(Exit.FAILED, "internal error: " + why + (stack.length > 0 ? " at " + stack[0] : ""));
    }

    private Told told(int exit) {
        return new Told(exit, String.valueOf(why.getMessage()));
    }

    /** The message with the command in front, as {@code threads: --depth: 'x' is not a count}. */
    private String message() {
        String message = String.valueOf(why.getMessage());
        String name = command.map(Catalogue.Entry::name).orElse("");
        return name.isEmpty() || message.startsWith(name + ":") || message.startsWith(name + " ")
                ? message
                : name + ": " + message;
    }

    private static String near(ExpressionError wrong) {
        return wrong.near().isEmpty() ? "" : "; near: " + String.join(", ", wrong.near());
    }

    /** How the command is typed; on a terminal wrapped below its name, with each {@code [--option VALUE]} in one piece. */
    private static void usage(Catalogue.Entry command, Answer answer) {
        int columns = answer.screen().columns().orElse(Integer.MAX_VALUE);
        String next = " ".repeat("usage: ".length() + command.name().length());
        StringBuilder line = new StringBuilder("usage:");
        for (String word : SafeText.of(command.synopsis()).split(" (?![^\\[]*\\])", -1)) {
            if (line.length() + 1 + word.length() > columns && line.length() > next.length()) {
                answer.rest().line(line.toString());
                line = new StringBuilder(next);
            }
            line.append(' ').append(word);
        }
        answer.rest().line(line.toString());
    }

    /** The expression with a caret under the column; of a long one the part around it. */
    private static void caret(ExpressionError wrong, Answer answer) {
        String expression = wrong.expression();
        int at = Math.min(Math.max(0, wrong.column() - 1), expression.length());
        int from = Math.max(0, at - 50);
        int to = Math.min(expression.length(), at + 25);
        String before = (from > 0 ? "…" : "") + SafeText.of(expression.substring(from, at));
        String after = SafeText.of(expression.substring(at, to)) + (to < expression.length() ? "…" : "");
        answer.rest().line("  " + before + after);
        if (wrong.column() > 0) {
            answer.rest().line("  " + " ".repeat(SafeText.width(before)) + "^");
        }
    }
}
