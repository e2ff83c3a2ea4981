package dev.sonde.commands.profile;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.By;
import dev.sonde.profile.Flame;
import dev.sonde.profile.Profile;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flame}: a profile as boxes, as wide as they cost, each below its caller. */
@Command(name = "flame", description = "draw a profile as boxes: as wide as they cost, each below its caller")
@Needs(Grant.OBSERVE)
@Example("flame 2")
@Example("flame 2 --by class --depth 12")
final class FlameCommand extends LookCommand {

    @Parameters(index = "0", arity = "0..1", paramLabel = "PROFILE", description = "its number; else the newest")
    private Optional<String> choice = Optional.empty();

    @Option(
            names = "--zoom",
            paramLabel = "REGEX",
            description = "draw only the widest box of that name and what is below it")
    private Optional<String> zoom = Optional.empty();

    @Option(
            names = "--search",
            paramLabel = "REGEX",
            description = "mark boxes of that name, and tell what they cost together")
    private Optional<String> search = Optional.empty();

    @Option(names = "--depth", paramLabel = "D", description = "rows to draw", defaultValue = "20")
    private int depth;

    @Option(names = "--bottom-up", description = "from where the cost is to its callers")
    private boolean bottomUp;

    @Option(names = "--by", paramLabel = "WHAT", description = "what costs are told of", defaultValue = "method")
    private By by = By.METHOD;

    @Override
    Optional<String> choice() {
        return choice;
    }

    @Override
    public void check() throws UsageError {
        super.check();
        LookOptions.pattern("--zoom", zoom);
        LookOptions.pattern("--search", search);
        if (choice.isPresent() && choice.get().contains("..")) {
            throw new UsageError("flame draws one profile; diff and tree tell what differs between two");
        }
        if (depth < 1 || depth > 500) {
            throw new UsageError("--depth: '" + depth + "' is not between 1 and 500");
        }
    }

    @Override
    void look(Context context, Chosen chosen, Profile profile, int type) throws UsageError, TargetError {
        Flame root = Flame.of(profile, type, by, bottomUp);
        if (root.total() <= 0) {
            throw new TargetError("there is nothing to draw: no sample remains");
        }
        Optional<Pattern> at = LookOptions.pattern("--zoom", zoom);
        if (at.isPresent()) {
            root = widest(root, at.get())
                    .orElseThrow(
                            () -> new TargetError("nothing in " + chosen.name() + " is called like " + zoom.get()));
        }
        context.output().row(FlameRow.of(chosen, root, type, depth, LookOptions.pattern("--search", search)));
    }

    private static Optional<Flame> widest(Flame root, Pattern wanted) {
        Optional<Flame> widest = Optional.empty();
        Deque<Flame> waiting = new ArrayDeque<>();
        waiting.add(root);
        while (!waiting.isEmpty()) {
            Flame flame = waiting.remove();
            if (wanted.matcher(flame.name()).find()
                    && (widest.isEmpty() || widest.get().total() < flame.total())) {
                widest = Optional.of(flame);
            }
            waiting.addAll(flame.children());
        }
        return widest;
    }
}
