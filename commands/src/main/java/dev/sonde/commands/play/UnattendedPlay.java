package dev.sonde.commands.play;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Context;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Line;
import dev.sonde.commands.UsageError;

/** A line of {@code play} that runs when nobody is there: looked at long before. */
public final class UnattendedPlay {

    private UnattendedPlay() {}

    /**
     * Checks it as {@code play} will when it runs: that there is such a playbook, that nothing is wrong with it, its inputs.
     *
     * @param typed what stands behind {@code play}
     * @return the grant that it needs
     * @throws UsageError with what is wrong
     */
    public static Grant check(String typed, Context context, Catalogue catalogue) throws UsageError {
        Line line = Line.parse(typed);
        if (line.target().isPresent()) {
            throw UsageError.withoutUsage("no @TARGET is expected: it runs on the JVM that its rule is true of");
        }
        BaseCommand body = catalogue.parse(Line.parse("play " + typed)).body();
        if (!(body instanceof PlayCommand play)) {
            throw UsageError.withoutUsage("the name of a playbook is expected, and its inputs as KEY=VALUE");
        }
        return play.unattended(context);
    }
}
