package dev.sonde.commands;

import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import java.util.List;
import picocli.CommandLine.Option;

/** What every command has. Instances are made for one line and thrown away. */
public abstract class BaseCommand {

    @Option(names = "--json", description = "one JSON object per line")
    private boolean json;

    @Option(names = "--help", usageHelp = true, description = "show this help")
    private boolean help;

    /** Whether its rows are wanted as JSON. */
    public final boolean json() {
        return json;
    }

    /** Whether only its help is wanted. */
    public final boolean help() {
        return help;
    }

    /** Its arguments, made of the words behind its name: what they say, unless their quotes belong to something else too. */
    public List<String> arguments(List<Line.Word> words) {
        return words.stream().map(Line.Word::text).toList();
    }

    /** Refuses what no single option's type can, once the line is parsed and before anything is touched. */
    public void check() throws UsageError {}

    /** The grant that this line needs: what the command declares, or more, where an option does more. */
    public Grant needs(Grant declared) {
        return declared;
    }

    /** Whether it looks at one JVM, so that the one that is selected is meant where the line names none. */
    public boolean wantsTarget() {
        return false;
    }

    /** Whether what follows its first word is text of its own, in which nothing is an option: options stand before that word. */
    public boolean endsInText() {
        return false;
    }

    /**
     * What its line says besides where it runs on several JVMs by itself, all of them together.
     *
     * @param pattern of the JVMs that the line names
     * @return empty where the line is run on each of them, as most are
     */
    public List<String> onAll(String pattern) {
        return List.of();
    }

    /** Does what the command says. Whatever is thrown besides the declared is our fault and is shown as one. */
    public abstract void run(Context context)
            throws UsageError, ExpressionError, TargetError, ExpectationFailed, InterruptedException;

    /** Thrown by a command whose rows were delivered but whose answer is no; the message may be empty. */
    public static final class ExpectationFailed extends Exception {
        private final int exit;

        public ExpectationFailed(String message) {
            this(message, Exit.FAILED);
        }

        /** @param exit another code than 1, of a command that runs others: what theirs came to */
        public ExpectationFailed(String message, int exit) {
            super(message);
            this.exit = exit;
        }

        public int exit() {
            return exit;
        }
    }
}
