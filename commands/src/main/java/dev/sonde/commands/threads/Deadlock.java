package dev.sonde.commands.threads;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.jvm.ThreadReport.JvmThread;
import java.util.List;
import java.util.Optional;

/** Threads that wait for each other in a circle, and will for ever. */
record Deadlock(@Shown(json = "threads") List<Waiting> cycle) implements Prose {

    /** One of the circle: it waits for what the next one holds. */
    record Waiting(String name, Optional<String> waitsFor, Optional<String> heldBy, Optional<String> at) {}

    static Deadlock of(List<String> names, List<JvmThread> threads) {
        return new Deadlock(names.stream()
                .map(name -> threads.stream()
                        .filter(thread -> thread.name().equals(name))
                        .findFirst()
                        .map(thread -> new Waiting(
                                name,
                                thread.waitsFor(),
                                thread.waitsForOwner(),
                                thread.frames().stream().findFirst()))
                        .orElseGet(() -> new Waiting(name, Optional.empty(), Optional.empty(), Optional.empty())))
                .toList());
    }

    @Override
    public String type() {
        return "deadlock";
    }

    @Override
    public void tell(Page page) {
        page.line(new Text().add("deadlock of " + cycle.size() + " threads", Style.BAD));
        for (Waiting one : cycle) {
            page.line(new Text()
                    .add("    \"" + one.name + "\"", Style.STRONG)
                    .add(one.waitsFor.map(lock -> " waits for " + lock).orElse(""))
                    .add(one.heldBy.map(owner -> " held by \"" + owner + "\"").orElse(""))
                    .add(one.at.map(frame -> " at " + frame).orElse(""), Style.FAINT));
        }
    }
}
