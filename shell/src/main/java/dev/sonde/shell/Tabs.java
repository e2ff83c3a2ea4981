package dev.sonde.shell;

import dev.sonde.commands.Exit;
import dev.sonde.commands.Line;
import dev.sonde.commands.Lines;
import dev.sonde.commands.Output;
import dev.sonde.commands.Row;
import dev.sonde.commands.catalogue.Commands;
import dev.sonde.commands.catalogue.Completion;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the tab key completes. It asks a target and is no line. */
final class Tabs {

    private static final Logger LOG = Logger.getLogger(Tabs.class.getName());

    /** What a tab has no use for. */
    private static final Output NOWHERE = new Output() {
        @Override
        public void row(Row row) {}

        @Override
        public void notice(String text) {}
    };

    private final Completion completion = new Completion(Commands.all());
    private final Audit audit;
    private final Settings settings;

    Tabs(Audit audit, Settings settings) {
        this.audit = audit;
        this.settings = settings;
    }

    /**
     * What may follow what is typed so far. A tab is no line, but one that loads the agent into a target is in the audit as
     * one: what was typed, and the tab.
     *
     * @param words as {@link Line#begun} cuts them
     */
    List<Completion.Candidate> complete(Session session, List<String> words) {
        Optional<Login> login = session.login();
        if (login.isEmpty()) {
            return List.of();
        }
        Loading loading = new Loading(session, words);
        try {
            Optional<Target> selected = session.selected();
            if (selected.isPresent()) {
                session.allow(login.get(), selected.get());
            }
            LineContext context = new LineContext(
                    session,
                    selected,
                    NOWHERE,
                    new AtomicLong(),
                    new Cancellation(),
                    Optional::empty,
                    settings.probeLimits(),
                    Tabs::noLines,
                    Tabs::noLines);
            return completion.complete(words, context, loading);
        } catch (TargetError e) {
            return List.of();
        } finally {
            loading.end();
        }
    }

    /** Lets a tab load the agent once that is in the audit. */
    private final class Loading implements Predicate<Target> {
        private final Session session;
        private final List<String> words;
        private final long begun = System.nanoTime();
        private @Nullable String id;
        private @Nullable Target target;

        Loading(Session session, List<String> words) {
            this.session = session;
            this.words = words;
        }

        @Override
        public boolean test(Target wanted) {
            String typed = words.stream().map(Line::quoted).collect(Collectors.joining(" ")) + "\t";
            try {
                id = audit.begin(Audit.Begun.of(session, List.of(wanted.id().toString()), typed));
                target = wanted;
                return true;
            } catch (IOException e) {
                LOG.log(Level.SEVERE, "a tab was not in the audit, and asked nothing", e);
                return false;
            }
        }

        /** The agent may still be on its way: a tab does not wait for it. */
        void end() {
            if (id != null && target != null) {
                audit.end(
                        id,
                        new Audit.Outcome(
                                target.attached() ? Exit.DONE : Exit.OUT_OF_TIME,
                                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun),
                                0,
                                0,
                                0,
                                null));
            }
        }
    }

    private static Lines noLines() {
        throw new IllegalStateException("a tab runs no line");
    }
}
