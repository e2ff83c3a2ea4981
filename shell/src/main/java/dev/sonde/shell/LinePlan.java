package dev.sonde.shell;

import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Exit;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Line;
import dev.sonde.commands.TargetPattern;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.JvmProcess;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the first three steps of a line come to: whether it may run, and where. {@link LineRunner} has the others. */
sealed interface LinePlan {

    /** A JVM that a line runs on, before it is opened. */
    record Place(long pid, String label) {}

    /**
     * A line that may run.
     *
     * @param together once for all places, and not on each
     */
    record Allowed(Line line, Catalogue.Invocation invocation, List<Place> places, boolean together)
            implements LinePlan {}

    /** A line that may not, and why. */
    record Wrong(Exception why, Optional<Catalogue.Entry> command) implements LinePlan {}

    /** A blank line or a remark. */
    record Nothing() implements LinePlan {}

    /** Parses a line, finds its targets, and asks what its login may; nothing is touched yet. */
    static LinePlan of(Session session, String typed, Catalogue catalogue) {
        Optional<Catalogue.Entry> command = Optional.empty();
        try {
            Optional<Login> login = session.login();
            if (login.isEmpty()) {
                session.leave();
                throw new Failure.Refused(Exit.NOT_GRANTED, "your key may not come in any more");
            }
            Line line = Line.parse(typed);
            if (line.isEmpty()) {
                return new Nothing();
            }
            command = catalogue.find(line.words());
            Catalogue.Invocation invocation = catalogue.parse(line);
            if (invocation.help()) {
                return new Allowed(line, invocation, List.of(), false);
            }
            Grant needs = invocation.body().needs(invocation.command().needs());
            if (!login.get().grant().covers(needs)) {
                throw new Failure.Refused(
                        Exit.NOT_GRANTED,
                        (needs == invocation.command().needs()
                                        ? invocation.command().name()
                                        : "this " + invocation.command().name())
                                + " needs the grant " + lower(needs) + "; yours is "
                                + lower(login.get().grant()));
            }
            List<Place> places = places(session, login.get(), line, invocation);
            List<String> onAll = places.size() > 1
                    ? invocation.body().onAll(line.target().orElseThrow().text())
                    : List.of();
            if (onAll.isEmpty()) {
                return new Allowed(line, invocation, places, false);
            }
            Line together = line.with(onAll);
            return new Allowed(together, catalogue.parse(together), places, true);
        } catch (UsageError | TargetError | Failure.Refused | RuntimeException e) {
            return new Wrong(e, command);
        }
    }

    private static List<Place> places(Session session, Login login, Line line, Catalogue.Invocation invocation)
            throws TargetError {
        if (line.target().isEmpty()) {
            Optional<Target> selected = invocation.command().wantsTarget() ? session.selected() : Optional.empty();
            if (selected.isPresent()) {
                Target target = selected.get();
                session.allow(login, target);
            }
            return selected.map(target ->
                            List.of(new Place(target.id().pid(), target.id().toString())))
                    .orElse(List.of());
        }
        TargetPattern pattern = line.target().get();
        // A pid needs no list of all JVMs, whose making takes longer than what is asked of this one.
        if (login.reachesAll() && pattern.text().matches("\\d{1,10}")) {
            return List.of(new Place(Long.parseLong(pattern.text()), pattern.text()));
        }
        List<JvmProcess> visible =
                session.host().processes().stream().filter(login::reaches).toList();
        List<JvmProcess> found = pattern.select(visible);
        if (found.size() > 1 && invocation.command().name().equals("select")) {
            throw new TargetError(found.size() + " JVMs fit " + pattern.text() + "; one is selected at a time");
        }
        return found.stream()
                .map(process -> new Place(process.id().pid(), process.id().toString()))
                .toList();
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
