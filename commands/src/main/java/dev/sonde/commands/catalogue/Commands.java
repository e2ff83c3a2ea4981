package dev.sonde.commands.catalogue;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Line;
import dev.sonde.commands.NearNames;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.baseline.BaselineCommands;
import dev.sonde.commands.code.CodeCommands;
import dev.sonde.commands.debug.DebugCommands;
import dev.sonde.commands.guard.GuardCommands;
import dev.sonde.commands.jvm.JvmCommands;
import dev.sonde.commands.observe.ObserveCommands;
import dev.sonde.commands.play.PlayCommands;
import dev.sonde.commands.profile.ProfileCommands;
import dev.sonde.commands.session.SessionCommands;
import dev.sonde.commands.threads.ThreadsCommands;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The commands that Sonde has. */
public final class Commands implements Catalogue {

    private final Map<String, Declaration> byName = new LinkedHashMap<>();
    /** Other names, which fingers know from elsewhere. Those of one word are understood, but neither listed nor completed. */
    private final Map<String, Declaration> byAlias = new HashMap<>();

    private final List<Group> groups = new ArrayList<>();

    /** The words of {@code play baseline save}; no name has more. */
    private static final int MOST_WORDS = 3;

    /** The command that a line begins with, and the number of words of the name that it goes by there. */
    record Begun(Declaration declaration, int words) {}

    private Commands() {
        add("the JVMs", JvmCommands.all());
        add("calls and lines", ObserveCommands.all());
        add("stopping one thread", DebugCommands.all(this));
        add("code and objects", CodeCommands.all());
        add("threads", ThreadsCommands.all());
        add("where time and memory go", ProfileCommands.all());
        add("playbooks", PlayCommands.all(this));
        add("baselines", BaselineCommands.all());
        add("guards", GuardCommands.all(this));
        add("the session", SessionCommands.all(this));
    }

    /** All of them. Immutable, and shared by all sessions. */
    public static Catalogue all() {
        return new Commands();
    }

    private void add(String group, List<Supplier<BaseCommand>> commands) {
        List<Entry> entries = new ArrayList<>();
        for (Supplier<BaseCommand> command : commands) {
            Declaration declaration = Declaration.of(command);
            byName.put(declaration.name(), declaration);
            entries.add(declaration.entry());
            for (String alias : declaration.spec().aliases()) {
                byAlias.put(alias, declaration);
            }
        }
        groups.add(new Group(group, entries));
    }

    @Override
    public List<Group> groups() {
        return List.copyOf(groups);
    }

    @Override
    public List<Entry> entries() {
        return byName.values().stream().map(Declaration::entry).toList();
    }

    @Override
    public Optional<Entry> find(List<String> words) {
        return begun(words).map(begun -> begun.declaration().entry());
    }

    /** The longest name counts: {@code record list} goes before {@code record} of a class called list. */
    Optional<Begun> begun(List<String> words) {
        for (int count = Math.min(MOST_WORDS, words.size()); count > 0; count--) {
            Declaration declaration = named(String.join(" ", words.subList(0, count)));
            if (declaration != null) {
                return Optional.of(new Begun(declaration, count));
            }
        }
        return Optional.empty();
    }

    /** The words that make another command of what is typed so far, each with that command. */
    Map<String, Declaration> below(String typed) {
        Map<String, Declaration> below = new LinkedHashMap<>();
        for (Map<String, Declaration> names : List.of(byName, byAlias)) {
            names.forEach((name, declaration) -> {
                if (name.startsWith(typed + " ") && name.indexOf(' ', typed.length() + 1) < 0) {
                    below.put(name.substring(typed.length() + 1), declaration);
                }
            });
        }
        return below;
    }

    @Override
    public Optional<Entry> find(String name) {
        return Optional.ofNullable(named(name)).map(Declaration::entry);
    }

    @Override
    public Invocation parse(Line line) throws UsageError {
        if (line.isEmpty()) {
            throw new UsageError("no command is given; help lists them");
        }
        Optional<Begun> begun = begun(line.words());
        int name = begun.map(Begun::words).orElse(1);
        Declaration declaration = begun.isPresent()
                ? begun.get().declaration()
                : declaration(line.words().get(0));
        return declaration.parse(line.typed().subList(name, line.typed().size()));
    }

    @Override
    public String help(String command, int columns) throws UsageError {
        return HelpText.of(declaration(command), columns);
    }

    private @Nullable Declaration named(String name) {
        Declaration declaration = byName.get(name);
        return declaration != null ? declaration : byAlias.get(name);
    }

    Declaration declaration(String name) throws UsageError {
        Declaration declaration = named(name);
        if (declaration == null) {
            String shown = name.length() > 40 ? name.substring(0, 40) + "…" : name;
            String near = NearNames.suffix(name, byName.keySet());
            throw new UsageError("no command is called " + shown + (near.isEmpty() ? "; help lists them" : near));
        }
        return declaration;
    }
}
