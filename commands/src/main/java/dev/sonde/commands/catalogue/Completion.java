package dev.sonde.commands.catalogue;

import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Context;
import dev.sonde.commands.Durations;
import dev.sonde.commands.TargetPattern;
import dev.sonde.commands.play.PlaybookNames;
import dev.sonde.jvm.JvmProcess;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.Description;
import dev.sonde.profile.ProfileStore;
import dev.sonde.weave.Location;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What may follow what is typed so far: commands, {@code @targets}, options and their values, the target's classes and
 * methods, the words of expressions. Answers within a third of a second; what takes longer is left out.
 */
public final class Completion {

    private static final int MOST = 200;
    private static final int MOST_PROFILES = 20;
    /** What stands before, a chain as in {@code order.lines[0].}, and the name that is being typed. */
    private static final Pattern LAST_NAME =
            Pattern.compile("(?s)(.*?[^\\w.])??((?:\\w+(?:\\(\\))?(?:\\[[^\\[\\]]*\\])?\\.)*)(\\w*)");

    private static final int LONGEST_EXPRESSION = 1_000;
    private static final List<Candidate> EXPRESSION_NAMES = List.of(
            new Candidate("args", "the arguments: args[0]", false),
            new Candidate("cost", "milliseconds the call took", false),
            new Candidate("depth", "calls of this method below this one", false),
            new Candidate("error", "what was thrown", false),
            new Candidate("result", "what was returned", false),
            new Candidate("this", "the object", false),
            new Candidate("thread", "the thread", false));

    /** What there is at no line. */
    private static final Set<String> OF_WHOLE_CALLS = Set.of("cost", "error", "result");

    /** Whose expressions are over fields, and of no call. */
    private static final Set<String> WITHOUT_CALL = Set.of("fields", "instances");

    private static final Duration PATIENCE = Duration.ofMillis(300);

    private final Commands commands;
    private final Duration patience;

    /**
     * Completes lines of these commands.
     *
     * @param catalogue the one that {@link Commands#all} gives
     */
    public Completion(Catalogue catalogue) {
        this(catalogue, PATIENCE);
    }

    Completion(Catalogue catalogue, Duration patience) {
        this.commands = (Commands) catalogue;
        this.patience = patience;
    }

    /**
     * One way to go on.
     *
     * @param value the whole word, unquoted; untrusted where it is the name of a class, method or JVM
     * @param description a few words for the reader, as untrusted
     * @param complete whether the word ends here, so that a blank may follow
     */
    public record Candidate(String value, String description, boolean complete) {

        static Candidate of(String value, String description) {
            return new Candidate(value, description, true);
        }
    }

    /**
     * The words that may stand in the place of the last one. They begin with it, letter case apart.
     *
     * @param words the line so far, as {@link dev.sonde.commands.Line#begun} cuts it: the last one is under the cursor
     * @param mayLoad asked before the agent is loaded into a target for the sake of its names
     */
    public List<Candidate> complete(List<String> words, Context context, Predicate<Target> mayLoad) {
        if (words.isEmpty()) {
            return List.of();
        }
        String last = words.get(words.size() - 1);
        boolean named = words.get(0).startsWith("@");
        if (named && words.size() == 1) {
            return beginning(last, targets(context));
        }
        List<String> line = named ? words.subList(1, words.size()) : words;
        if (line.size() == 1) {
            Stream<Candidate> names = names();
            return beginning(last, last.isEmpty() && !named ? Stream.concat(names, targets(context)) : names);
        }
        List<String> before = line.subList(0, line.size() - 1);
        Optional<Commands.Begun> begun = commands.begun(before);
        if (begun.isEmpty()) {
            return List.of();
        }
        Asked asked = new Asked(named ? words.get(0) : "", context, mayLoad);
        List<Candidate> candidates =
                arguments(begun.get().declaration(), line.subList(begun.get().words() - 1, line.size()), asked);
        Map<String, Declaration> below = commands.below(String.join(" ", before));
        if (below.isEmpty()) {
            return candidates;
        }
        Stream<Candidate> further = below.entrySet().stream()
                .map(each -> Candidate.of(each.getKey(), each.getValue().entry().description()));
        return beginning(last, Stream.concat(further, candidates.stream()));
    }

    private static List<Candidate> beginning(String typed, Stream<Candidate> candidates) {
        return candidates
                .filter(candidate -> candidate.value.regionMatches(true, 0, typed, 0, typed.length()))
                .distinct()
                .limit(MOST)
                .toList();
    }

    /** The commands whose name is one word; the others come with their first. */
    private Stream<Candidate> names() {
        return commands.entries().stream()
                .filter(entry -> entry.name().indexOf(' ') < 0)
                .map(entry -> Candidate.of(entry.name(), entry.description()));
    }

    private static Stream<Candidate> targets(Context context) {
        List<Candidate> candidates = new ArrayList<>();
        for (JvmProcess jvm : context.visible()) {
            if (jvm.unreachable().isEmpty()) {
                String version = jvm.version().map(text -> " " + text).orElse("");
                candidates.add(Candidate.of("@" + jvm.name(), jvm.id() + version));
                candidates.add(Candidate.of("@" + jvm.id(), jvm.name() + version));
            }
        }
        return candidates.stream();
    }

    /** Where in a command's line the cursor is. */
    private record Place(
            Declaration command,
            List<String> positionals,
            Set<String> used,
            @Nullable OptionSpec waiting,
            boolean optionsOver) {}

    /** @param line the last word of the command's name, then its arguments */
    private List<Candidate> arguments(Declaration command, List<String> line, Asked asked) {
        String last = line.get(line.size() - 1);
        Place place = place(command, line.subList(1, line.size() - 1));
        if (place.waiting != null) {
            return value(place.waiting, place, last, asked);
        }
        int equals = last.indexOf('=');
        if (!place.optionsOver && last.startsWith("--") && equals > 0) {
            OptionSpec option = command.spec().findOption(last.substring(0, equals));
            String name = last.substring(0, equals + 1);
            return option == null
                    ? List.of()
                    : value(option, place, last.substring(equals + 1), asked).stream()
                            .map(each -> new Candidate(name + each.value, each.description, each.complete))
                            .toList();
        }
        if (!place.optionsOver && last.startsWith("-")) {
            return beginning(last, options(command, place));
        }
        return positional(command, place, last, asked);
    }

    private static Place place(Declaration command, List<String> before) {
        List<String> positionals = new ArrayList<>();
        Set<String> used = new HashSet<>();
        OptionSpec waiting = null;
        boolean over = false;
        for (String word : before) {
            if (waiting != null) {
                waiting = null;
            } else if (!over && word.equals("--")) {
                over = true;
            } else if (!over && word.startsWith("-")) {
                OptionSpec option = command.spec().findOption(word.split("=", 2)[0]);
                if (option != null) {
                    used.addAll(Arrays.asList(option.names()));
                    waiting = option.arity().max() > 0 && word.indexOf('=') < 0 ? option : null;
                }
            } else {
                positionals.add(word);
            }
        }
        return new Place(command, positionals, used, waiting, over);
    }

    private static Stream<Candidate> options(Declaration command, Place place) {
        return command.options().stream()
                .filter(option -> !place.used.contains(option.longestName()))
                .map(option -> Candidate.of(option.longestName(), String.join(" ", option.description())));
    }

    private List<Candidate> value(OptionSpec option, Place place, String typed, Asked asked) {
        Class<?> type = ParseErrors.valueType(option);
        Object[] constants = type.getEnumConstants();
        if (constants != null) {
            return beginning(
                    typed, Arrays.stream(constants).map(constant -> Candidate.of(ParseErrors.typed(constant), "")));
        }
        if (type == Duration.class) {
            return beginning(typed, Durations.USUAL.stream().map(time -> Candidate.of(time, "")));
        }
        if (option.longestName().equals("--on")) {
            return beginning(
                    typed, targets(asked.context).map(each -> Candidate.of(each.value.substring(1), each.description)));
        }
        return option.longestName().equals("--when") ? expression(place, typed, asked) : List.of();
    }

    /** The names of the language, and of the method where class and method are there to be asked. */
    private List<Candidate> expression(Place place, String typed, Asked asked) {
        if (WITHOUT_CALL.contains(place.command.name())) {
            return List.of();
        }
        Matcher parts = LAST_NAME.matcher(typed);
        if (typed.length() > LONGEST_EXPRESSION || !parts.matches()) {
            return List.of();
        }
        String chain = parts.group(2);
        String before = typed.substring(0, typed.length() - parts.group(3).length());
        List<Candidate> names = new ArrayList<>();
        boolean atLine = isAtLine(place.command);
        List<String> method = atLine ? methodOf(place.positionals) : place.positionals;
        if (method.size() >= 2) {
            names.addAll(asked.names(
                    patience, target -> TargetNames.inExpression(target, method.get(0), method.get(1), chain)));
        }
        if (chain.isEmpty()) {
            EXPRESSION_NAMES.stream()
                    .filter(each -> !atLine || !OF_WHOLE_CALLS.contains(each.value))
                    .forEach(names::add);
        }
        return beginning(parts.group(3), names.stream()).stream()
                .map(each -> new Candidate(before + each.value, each.description, false))
                .toList();
    }

    private static boolean isAtLine(Declaration command) {
        return command.spec().positionalParameters().stream()
                .anyMatch(parameter -> parameter.paramLabel().equals("LOCATION"));
    }

    /** The class and the method of a place; nothing when it names none. */
    private static List<String> methodOf(List<String> positionals) {
        try {
            return !positionals.isEmpty() && Location.parse(positionals.get(0)) instanceof Location.OfMethod of
                    ? List.of(of.classGlob(), of.method().toString())
                    : List.of();
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    private List<Candidate> positional(Declaration command, Place place, String typed, Asked asked) {
        int index = place.positionals.size();
        String label = command.spec().positionalParameters().stream()
                .filter(parameter -> parameter.index().contains(index))
                .map(parameter -> parameter.paramLabel())
                .findFirst()
                .orElse("");
        return switch (label) {
            case "COMMAND" -> beginning(typed, names());
            case "CLASS" ->
                asked.names(patience, target -> beginning(typed, TargetNames.classes(target, typed)).stream());
            case "LOCATION" ->
                asked.names(patience, target -> beginning(typed, TargetNames.places(target, typed)).stream());
            case "METHOD" ->
                beginning(
                        typed,
                        asked
                                .names(patience, target -> TargetNames.methods(target, place.positionals.get(0)))
                                .stream());
            case "EXPR" -> expression(place, typed, asked);
            case "PLAYBOOK" ->
                beginning(
                        typed,
                        PlaybookNames.all(asked.context).stream().map(each -> Candidate.of(each.name(), each.about())));
            case "KEY=VALUE" -> input(place, typed, asked);
            case "PROFILE", "BEFORE", "AFTER" -> beginning(typed, profiles(asked.context));
            case "RECORD" ->
                beginning(
                        typed,
                        asked.context.recordings().all().stream()
                                .map(recorded -> Candidate.of(
                                        Long.toString(recorded.number()),
                                        recorded.hit().className() + "."
                                                + recorded.hit().method())));
            case "LINE" -> index == 1 ? beginning(typed, names()) : List.of();
            case "STOP" ->
                beginning(
                        typed,
                        asked.context.debugger().standing().values().stream()
                                .flatMap(List::stream)
                                .map(stop -> Candidate.of(
                                        Integer.toString(stop.id()),
                                        stop.thread() + " at " + stop.className() + "." + stop.method())));
            case "GUARD" ->
                beginning(
                        typed,
                        asked.context.guards().all().stream()
                                .map(kept -> Candidate.of(kept.name(), kept.stopped() ? "stopped" : "")));
            case "BASELINE" -> beginning(typed, baselines(asked.context));
            case "ID" ->
                beginning(
                        typed,
                        asked.context.target().map(List::of).orElseGet(asked.context::openTargets).stream()
                                .flatMap(target -> target.probes().stream())
                                .filter(probe -> !probe.ended())
                                .map(probe -> Candidate.of(
                                        Integer.toString(probe.id()),
                                        probe.spec().where())));
            default -> List.of();
        };
    }

    private static Stream<Candidate> baselines(Context context) {
        try {
            return context.baselines().all().stream()
                    .map(baseline -> Candidate.of(baseline.name(), baseline.jvm()))
                    .distinct();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    /** The inputs of a playbook that have no value yet; behind the {@code =} what this one may be. */
    private List<Candidate> input(Place place, String typed, Asked asked) {
        List<PlaybookNames.Input> inputs = PlaybookNames.inputs(asked.context, place.positionals.get(0));
        int equals = typed.indexOf('=');
        if (equals < 0) {
            return beginning(
                    typed,
                    inputs.stream()
                            .filter(input -> given(place, input.name()).isEmpty())
                            .map(input -> new Candidate(input.name() + "=", input.about(), false)));
        }
        String name = typed.substring(0, equals);
        String begun = typed.substring(equals + 1);
        Stream<Candidate> values = inputs.stream()
                .filter(input -> input.name().equals(name))
                .flatMap(input -> Stream.concat(
                        input.values().stream().map(value -> Candidate.of(value, "")),
                        ofTarget(place, name, begun, asked).stream()));
        return beginning(begun, values).stream()
                .map(each -> new Candidate(name + "=" + each.value, each.description, each.complete))
                .toList();
    }

    private static Optional<String> given(Place place, String input) {
        return place.positionals.stream()
                .filter(word -> word.startsWith(input + "="))
                .map(word -> word.substring(input.length() + 1))
                .findFirst();
    }

    /** Playbooks call a class {@code class} and its method {@code method}, and mean those of the target. */
    private List<Candidate> ofTarget(Place place, String input, String begun, Asked asked) {
        return switch (input) {
            case "class" -> asked.names(patience, target -> TargetNames.classes(target, begun));
            case "method" ->
                given(place, "class")
                        .map(className -> asked.names(patience, target -> TargetNames.methods(target, className)))
                        .orElse(List.of());
            default -> List.of();
        };
    }

    /** The newest first: whoever has taken a profile looks at it. */
    private static Stream<Candidate> profiles(Context context) {
        try {
            List<ProfileStore.Kept> kept = context.profiles().all();
            List<Candidate> candidates = new ArrayList<>();
            for (int i = kept.size() - 1; i >= Math.max(0, kept.size() - MOST_PROFILES); i--) {
                Description about = context.profiles().summary(kept.get(i)).description();
                candidates.add(Candidate.of(
                        Long.toString(kept.get(i).number()),
                        (about.kind() + " " + about.targetName() + " " + about.name()).strip()));
            }
            return candidates.stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    /** Who asks, and the target that the line is about. */
    private record Asked(String targetWord, Context context, Predicate<Target> mayLoad) {

        /** What the target knows, if a tab may ask it. */
        List<Candidate> names(Duration patience, Question question) {
            Optional<Target> target = targetWord.isEmpty() ? context.target() : named();
            return target.filter(one -> TargetNames.mayAsk(one, context.grant(), mayLoad))
                    .map(one ->
                            TargetNames.within(patience, () -> question.ask(one).toList()))
                    .orElse(List.of());
        }

        private Optional<Target> named() {
            try {
                List<JvmProcess> meant = new TargetPattern(targetWord.substring(1)).select(context.visible());
                return meant.size() == 1 ? Optional.of(context.open(meant.get(0))) : Optional.empty();
            } catch (TargetError e) {
                return Optional.empty();
            }
        }
    }

    /** Answered by a target. */
    private interface Question {
        Stream<Candidate> ask(Target target) throws TargetError;
    }
}
