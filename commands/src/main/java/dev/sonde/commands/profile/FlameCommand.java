package dev.sonde.commands.profile;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.FullScreen;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.Flame;
import dev.sonde.profile.Profile;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code flame}: a profile as boxes, as wide as they cost, each below its caller. On a terminal one moves about in it; else it is
 * printed.
 */
@Command(
        name = "flame",
        description =
                "draw a profile as boxes: as wide as they cost, each below its caller; on a terminal to move about in")
@Needs(Grant.OBSERVE)
@Example("flame 2")
@Example("flame 2 --by class --depth 12 --print")
final class FlameCommand extends WholeLook {

    /** How long a terminal that was made larger or smaller shows what it did. */
    private static final Duration LOOK = Duration.ofMillis(250);

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

    @Option(names = "--depth", paramLabel = "D", description = "rows to print", defaultValue = "20")
    private int depth;

    @Option(names = "--bottom-up", description = "from where the cost is to its callers")
    private boolean bottomUp;

    @Option(names = "--print", description = "print it also on a terminal, and leave the keys alone")
    private boolean print;

    @Override
    public void check() throws UsageError {
        super.check();
        LookOptions.pattern("--zoom", zoom);
        LookOptions.pattern("--search", search);
        if (depth < 1 || depth > 500) {
            throw new UsageError("--depth: '" + depth + "' is not between 1 and 500");
        }
    }

    @Override
    void look(Context context, Chosen chosen, Profile profile, int type) throws UsageError, TargetError {
        // A difference is drawn as it is after, in the colours of what changed.
        Chosen drawn = chosen;
        Flame changes = null;
        Profile whole = profile;
        if (chosen.difference().isPresent()) {
            Profile after = chosen.difference().get().second();
            drawn = new Chosen(chosen.name(), after, Chosen.wholes(after), chosen.difference());
            changes = Flame.of(profile, type, by(), bottomUp);
            whole = options().of(after);
        }
        Flame root = Flame.of(whole, type, by(), bottomUp);
        if (root.total() <= 0) {
            throw new TargetError("there is nothing to draw: no sample remains");
        }
        Optional<Pattern> at = LookOptions.pattern("--zoom", zoom);
        if (at.isPresent()) {
            Box widest = widest(new Box(root, changes), at.get());
            if (widest == null) {
                throw new TargetError("nothing in " + chosen.name() + " is called like " + zoom.get());
            }
            root = widest.flame;
            changes = widest.changes;
        }
        Optional<Pattern> sought = LookOptions.pattern("--search", search);
        Optional<FullScreen> screen =
                print || json() ? Optional.empty() : context.input().fullScreen();
        if (screen.isPresent()) {
            move(
                    context,
                    screen.get(),
                    new FlameView(
                            drawn.head(), root, changes, drawn.profile().types().get(type), drawn.whole(type), sought));
        } else {
            context.output().row(FlameRow.of(drawn, root, changes, type, depth, sought));
        }
    }

    private static void move(Context context, FullScreen screen, FlameView view) {
        try (screen) {
            boolean stays = true;
            while (stays && !context.cancel().cancelled()) {
                screen.show(view.lines(screen.columns(), screen.rows()));
                Optional<FullScreen.Key> key = screen.key(context.cancel(), LOOK);
                stays = key.isEmpty() || view.press(key.get());
            }
        }
    }

    private record Box(Flame flame, @Nullable Flame changes) {}

    private static @Nullable Box widest(Box root, Pattern wanted) {
        Box widest = null;
        Deque<Box> waiting = new ArrayDeque<>();
        waiting.add(root);
        while (!waiting.isEmpty()) {
            Box box = waiting.remove();
            if (wanted.matcher(box.flame.name()).find()
                    && (widest == null || widest.flame.total() < box.flame.total())) {
                widest = box;
            }
            box.flame
                    .children()
                    .forEach(child -> waiting.add(new Box(child, FlameRow.named(box.changes, child.name()))));
        }
        return widest;
    }
}
