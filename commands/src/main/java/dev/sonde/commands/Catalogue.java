package dev.sonde.commands;

import java.util.List;
import java.util.Optional;

/** All commands: finds them by name, parses their lines, tells what they are. One declaration serves help, completion, grants. */
public interface Catalogue {

    /** What a command declares. */
    record Entry(
            String name, String synopsis, String description, Grant needs, boolean wantsTarget, List<String> examples) {
        public Entry {
            examples = List.copyOf(examples);
        }
    }

    /** Commands that look at the same thing. */
    record Group(String title, List<Entry> entries) {
        public Group {
            entries = List.copyOf(entries);
        }
    }

    /** In the order they are shown in. */
    List<Entry> entries();

    /** The same, by what they look at. */
    default List<Group> groups() {
        return List.of(new Group("commands", entries()));
    }

    Optional<Entry> find(String name);

    /** The command that a line begins with; its name may be two words. */
    Optional<Entry> find(List<String> words);

    /**
     * Parses a line; where it runs is not looked at.
     *
     * @throws UsageError with the near names when the command or an option is not known
     */
    Invocation parse(Line line) throws UsageError;

    /** The help of a command, for a terminal of that many columns. */
    String help(String command, int columns) throws UsageError;

    /** A line that was parsed and may be run once. */
    record Invocation(Entry command, boolean json, boolean help, BaseCommand body) {}
}
