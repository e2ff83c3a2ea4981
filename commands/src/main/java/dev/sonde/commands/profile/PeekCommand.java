package dev.sonde.commands.profile;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.By;
import dev.sonde.profile.Neighbours;
import dev.sonde.profile.Profile;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code peek}: who calls a method, and what it calls, with what passes between. */
@Command(name = "peek", description = "show methods of a profile between their callers and what they call")
@Needs(Grant.OBSERVE)
@Example("peek Thread.run 2")
final class PeekCommand extends LookCommand {

    private static final int MOST = 20;

    @Parameters(index = "0", paramLabel = "REGEX", description = "which methods, by package.Class.method")
    private String wanted = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "PROFILE", description = PROFILE)
    private Optional<String> choice = Optional.empty();

    @Mixin
    private ByOption by = new ByOption();

    @Override
    Optional<String> choice() {
        return choice;
    }

    @Override
    public void check() throws UsageError {
        super.check();
        LookOptions.pattern("REGEX", wanted);
        if (by.by == By.THREAD) {
            throw new UsageError("--by: threads do not call each other; package, class, method and line are accepted");
        }
    }

    @Override
    void look(Context context, Chosen chosen, Profile profile, int type) throws UsageError, TargetError {
        List<Neighbours> found = Neighbours.of(profile, type, by.by, LookOptions.pattern("REGEX", wanted));
        if (found.isEmpty()) {
            throw new TargetError("nothing in " + chosen.name() + " is called like " + wanted);
        }
        found.stream().limit(MOST).forEach(each -> context.output().row(PeekRow.of(chosen, each, type)));
        if (found.size() > MOST) {
            context.output().notice(found.size() - MOST + " more are called like that");
        }
    }
}
