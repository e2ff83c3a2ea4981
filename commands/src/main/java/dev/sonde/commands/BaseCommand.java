package dev.sonde.commands;

import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
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

    /** Refuses what no single option's type can, once the line is parsed and before anything is touched. */
    public void check() throws UsageError {}

    /** The grant that this line needs: what the command declares, or more, where an option does more. */
    public Grant needs(Grant declared) {
        return declared;
    }

    /** Does what the command says. Whatever is thrown besides the declared is our fault and is shown as one. */
    public abstract void run(Context context)
            throws UsageError, ExpressionError, TargetError, ExpectationFailed, InterruptedException;

    /** Thrown by a command whose rows were delivered but whose answer is no (exit 1); the message may be empty. */
    public static final class ExpectationFailed extends Exception {
        public ExpectationFailed(String message) {
            super(message);
        }
    }
}
