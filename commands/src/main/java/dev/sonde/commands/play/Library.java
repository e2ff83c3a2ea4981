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

    static Entry find(Context context, String name) throws UsageError {
        Optional<Kept> kept = context.playbooks().find(name);
        if (kept.isPresent()) {
            return new Entry(name, "server", kept.get().file(), kept.get().text());
        }
        Optional<Entry> shipped = SHIPPED.contains(name) ? shipped(name) : Optional.empty();
        if (shipped.isPresent()) {
            return shipped.get();
        }
        List<String> names = all(context).stream().map(Entry::name).toList();
        String near = NearNames.suffix(name, names);
        throw UsageError.withoutUsage(
                "no playbook is called " + name + (near.isEmpty() ? "; play list lists them" : near));
    }

    static Optional<Entry> shipped(String name) {
        try (InputStream in = Library.class.getResourceAsStream("shipped/" + name + ".yaml")) {
            return in == null
                    ? Optional.empty()
                    : Optional.of(new Entry(
                            name, "sonde", name + ".yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What came on the standard input. */
    static Entry typed(Context context) throws UsageError {
        try {
            String text = context.input().all(PlaybookReader.MOST_CHARS);
            if (text.isBlank()) {
                throw new UsageError(
                        "NAME is missing, and no playbook came on the standard input; play list lists them");
            }
            return new Entry("-", "input", "input", text);
        } catch (IOException e) {
            throw UsageError.withoutUsage(String.valueOf(e.getMessage()));
        }
    }
}
