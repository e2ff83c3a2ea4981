package dev.sonde.commands.play;

import dev.sonde.commands.Context;
import dev.sonde.commands.NearNames;
import dev.sonde.commands.PlaybookFolder.Kept;
import dev.sonde.commands.UsageError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** All playbooks that a login may run: its own, those of the server, and those that come with Sonde. */
final class Library {

    /** Those that come with Sonde, in the order they are listed in; a test compares them with the folder. */
    static final List<String> SHIPPED = List.of(
            "health",
            "deadlock",
            "lock-contention",
            "cpu-high",
            "thread-leak",
            "connection-pool-exhausted",
            "memory-leak",
            "gc-pauses",
            "classloader-leak",
            "slow-method",
            "exceptions",
            "startup-slow",
            "baseline",
            "perf-gate");

    private static final int MOST_TOLD = 20;

    /** One of them, and whose it is. */
    record Entry(String name, String from, String file, String text) {}

    private Library() {}

    static List<Entry> all(Context context) {
        List<Entry> all = new ArrayList<>();
        for (Kept kept : context.playbooks().all()) {
            all.add(new Entry(kept.name(), "server", kept.file(), kept.text()));
        }
        for (String name : SHIPPED) {
            if (all.stream().noneMatch(entry -> entry.name().equals(name))) {
                shipped(name).ifPresent(all::add);
            }
        }
        return all;
    }

    /** @param name empty, or a dash, for what comes on the standard input */
    static Entry named(Context context, Optional<String> name) throws UsageError {
        return name.isEmpty() || name.get().equals("-") ? typed(context) : find(context, name.get());
    }

    static Entry find(Context context, String name) throws UsageError {
        Optional<Kept> kept = context.playbooks().find(name);
        if (kept.isPresent()) {
            return new Entry(name, "server", kept.get().file(), kept.get().text());
        }
        Optional<Entry> shipped = shipped(name);
        if (shipped.isPresent()) {
            return shipped.get();
        }
        List<String> names = all(context).stream().map(Entry::name).toList();
        throw UsageError.withoutUsage("no playbook is called " + name + instead(name, names));
    }

    /** The near names, those that have what was typed in them, or all. */
    private static String instead(String typed, List<String> names) {
        String near = NearNames.suffix(typed, names);
        if (!near.isEmpty()) {
            return near;
        }
        List<String> having = names.stream()
                .filter(name -> typed.length() > 2 && name.contains(typed.toLowerCase(Locale.ROOT)))
                .toList();
        List<String> told = having.isEmpty() ? names : having;
        return (having.isEmpty() ? "; there are " : "; near: ")
                + String.join(", ", told.subList(0, Math.min(MOST_TOLD, told.size())))
                + (told.size() > MOST_TOLD ? ", …; play list lists them" : "");
    }

    /** What one is for, in a sentence; of one that is wrong, what is. */
    static String about(Entry entry) {
        try {
            return PlaybookReader.read(entry.file(), entry.text()).about();
        } catch (PlaybookError e) {
            return "wrong: " + e.getMessage();
        }
    }

    static Optional<Entry> shipped(String name) {
        return SHIPPED.contains(name)
                ? Optional.of(new Entry(name, "sonde", name + ".yaml", resource(name + ".yaml")))
                : Optional.empty();
    }

    /** A file that comes with Sonde. */
    static String resource(String file) {
        try (InputStream in = Library.class.getResourceAsStream("shipped/" + file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not among our classes");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Entry typed(Context context) throws UsageError {
        try {
            String text = context.input().all(PlaybookReader.MOST_CHARS);
            if (text.isBlank()) {
                throw new UsageError(
                        "PLAYBOOK is missing, and no playbook came on the standard input; play list lists them");
            }
            return new Entry("-", "input", "input", text);
        } catch (IOException e) {
            throw UsageError.withoutUsage(String.valueOf(e.getMessage()));
        }
    }
}
