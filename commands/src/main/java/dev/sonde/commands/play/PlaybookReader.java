package dev.sonde.commands.play;

import dev.sonde.commands.NearNames;
import dev.sonde.commands.play.Playbook.OnFail;
import dev.sonde.commands.play.Playbook.Step;
import dev.sonde.commands.play.PlaybookError.Problem;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads the form of a playbook: which keys there are, and what kind of value each has. Every complaint knows its place. */
final class PlaybookReader {

    static final int MOST_CHARS = 256 << 10;
    private static final int MOST_STEPS = 500;

    static final Set<String> KEYS = Set.of("name", "about", "inputs", "steps", "held");
    static final Set<String> INPUT_KEYS = Set.of("type", "default", "about");
    static final Set<String> STEP_KEYS = Set.of(
            "name",
            "when",
            "line",
            "foreach",
            "as",
            "repeat",
            "every",
            "until",
            "timeout",
            "let",
            "expect",
            "on-fail",
            "say",
            "sure",
            "next",
            "ask",
            "parallel");

    /** What a name must look like to be one in an expression. */
    static final String NAME = "[A-Za-z_][A-Za-z0-9_]*";

    private final String file;
    private final List<String> lines;
    private final List<Problem> problems = new ArrayList<>();
    /** Told after what is there and wrong, which is often why. */
    private final List<Problem> missing = new ArrayList<>();

    private int steps;

    private PlaybookReader(String file, String text) {
        this.file = file;
        this.lines = List.of(text.split("\r?\n", -1));
    }

    /** @throws PlaybookError with all that is wrong with its form */
    static Playbook read(String file, String text) throws PlaybookError {
        PlaybookReader reader = new PlaybookReader(file, text);
        Playbook playbook = reader.playbook(reader.root(text));
        reader.throwIfWrong();
        return playbook;
    }

    private void throwIfWrong() throws PlaybookError {
        if (!problems.isEmpty() || !missing.isEmpty()) {
            problems.sort(Comparator.comparingInt((Problem one) -> one.at().line())
                    .thenComparingInt(one -> one.at().column()));
            problems.addAll(missing);
            throw new PlaybookError(file, problems);
        }
    }

    private MappingNode root(String text) throws PlaybookError {
        if (text.length() > MOST_CHARS) {
            throw one(At.START, "a playbook has at most 256 KiB");
        }
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(true); // said by us, with the place
        options.setMaxAliasesForCollections(20);
        options.setNestingDepthLimit(20);
        try {
            Node root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
            if (root instanceof MappingNode mapping) {
                return mapping;
            }
            throw one(
                    root == null ? At.START : at(root), "a playbook is 'key: value' lines: name, about, inputs, steps");
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            throw one(
                    mark == null ? At.START : new At(mark.getLine() + 1, mark.getColumn() + 1),
                    "not YAML: " + problem(String.valueOf(e.getProblem()).toLowerCase(Locale.ROOT)));
        } catch (YAMLException e) {
            throw one(
                    At.START,
                    "not YAML: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    /** What people trip over most, said so that they know what to do. */
    private static String problem(String of) {
        return of.equals("mapping values are not allowed here")
                ? "a value with a colon and a blank in it is put into quotes, or below >-"
                : of;
    }

    private PlaybookError one(At at, String text) {
        return new PlaybookError(file, List.of(new Problem(at, text)));
    }

    private static At at(Node node) {
        return new At(node.getStartMark().getLine() + 1, node.getStartMark().getColumn() + 1);
    }

    private void wrong(Node node, String text) {
        problems.add(new Problem(at(node), text));
    }

    private Playbook playbook(MappingNode root) {
        Map<String, NodeTuple> keys = keys(root, KEYS);
        Optional<Written> written = text(keys.get("name"));
        String name = written.map(Written::text).orElse("");
        if (name.isEmpty()) {
            missing.add(new Problem(at(root), "name: is missing"));
        } else if (!name.matches("[a-z0-9][a-z0-9-]*")) {
            problems.add(new Problem(
                    written.map(Written::at).orElse(At.START), "name: has small letters, digits and dashes"));
        }
        List<Step> all = new ArrayList<>();
        NodeTuple list = keys.get("steps");
        if (list == null) {
            missing.add(new Problem(at(root), "steps: is missing"));
        } else {
            all = steps(list.getValueNode(), false);
        }
        return new Playbook(
                file,
                name,
                text(keys.get("about")).map(Written::text).orElse("").strip(),
                inputs(keys.get("inputs")),
                all,
                text(keys.get("held")));
    }

    /** The values of a mapping by key; complains of keys that are not known, or are there twice. */
    private Map<String, NodeTuple> keys(Node node, Set<String> known) {
        Map<String, NodeTuple> keys = new HashMap<>();
        if (!(node instanceof MappingNode mapping)) {
            wrong(node, "'key: value' lines are expected: " + listed(known));
            return keys;
        }
        for (NodeTuple entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode scalar)) {
                wrong(entry.getKeyNode(), "a key is a word");
                continue;
            }
            String key = scalar.getValue();
            if (!known.contains(key)) {
                String near = NearNames.suffix(key, known);
                wrong(
                        scalar,
                        "no key is called " + clipped(key) + (near.isEmpty() ? "; there are " + listed(known) : near));
            } else if (keys.put(key, entry) != null) {
                wrong(scalar, key + ": is there twice");
            }
        }
        return keys;
    }

    private static String listed(Set<String> names) {
        return String.join(", ", names.stream().sorted().toList());
    }

    private static String clipped(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }

    private Optional<Written> text(@Nullable NodeTuple entry) {
        if (entry == null) {
            return Optional.empty();
        }
        if (entry.getValueNode() instanceof ScalarNode scalar
                && !scalar.getValue().isBlank()) {
            return Optional.of(Written.of(scalar, lines));
        }
        String key = ((ScalarNode) entry.getKeyNode()).getValue();
        wrong(entry.getValueNode(), key + ": one value is expected");
        return Optional.empty();
    }

    private List<Playbook.Input> inputs(@Nullable NodeTuple entry) {
        List<Playbook.Input> inputs = new ArrayList<>();
        if (entry == null) {
            return inputs;
        }
        if (!(entry.getValueNode() instanceof MappingNode mapping)) {
            wrong(
                    entry.getValueNode(),
                    "inputs: names are expected, each with its type: 'slow: {type: number, default: 50}'");
            return inputs;
        }
        for (NodeTuple each : mapping.getValue()) {
            if (each.getKeyNode() instanceof ScalarNode key) {
                input(key, each.getValueNode()).ifPresent(input -> {
                    if (inputs.stream().anyMatch(other -> other.name().equals(input.name()))) {
                        wrong(key, input.name() + ": is there twice");
                    } else {
                        inputs.add(input);
                    }
                });
            } else {
                wrong(each.getKeyNode(), "the name of an input is a word");
            }
        }
        return inputs;
    }

    private Optional<Playbook.Input> input(ScalarNode key, Node value) {
        String name = key.getValue();
        if (!name.matches(NAME)) {
            wrong(key, "the name of an input has letters, digits and underscores: '" + clipped(name) + "'");
            return Optional.empty();
        }
        Map<String, NodeTuple> keys = keys(value, INPUT_KEYS);
        InputType type = InputType.TEXT;
        Optional<Written> typed = text(keys.get("type"));
        if (typed.isPresent()) {
            Optional<InputType> known = InputType.named(typed.get().text());
            if (known.isEmpty()) {
                problems.add(new Problem(
                        typed.get().at(), "'" + clipped(typed.get().text()) + "' is not one of " + InputType.names()));
                return Optional.empty();
            }
            type = known.get();
        }
        Optional<Written> preset = text(keys.get("default"));
        if (preset.isPresent() && type.read(preset.get().text()).isEmpty()) {
            problems.add(
                    new Problem(preset.get().at(), "'" + clipped(preset.get().text()) + "' is not " + type.shown()));
        }
        return Optional.of(new Playbook.Input(
                at(key),
                name,
                type,
                preset.map(Written::text),
                text(keys.get("about")).map(Written::text).orElse("")));
    }

    private List<Step> steps(Node node, boolean inParallel) {
        List<Step> all = new ArrayList<>();
        if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
            wrong(node, (inParallel ? "parallel" : "steps") + ": a list of steps is expected, each after a dash");
            return all;
        }
        for (Node each : sequence.getValue()) {
            if (++steps > MOST_STEPS) {
                wrong(each, "a playbook has at most " + MOST_STEPS + " steps");
                return all;
            }
            all.add(step(each, inParallel));
        }
        return all;
    }

    private Step step(Node node, boolean inParallel) {
        Map<String, NodeTuple> keys = keys(node, STEP_KEYS);
        Optional<Written> onFail = text(keys.get("on-fail"));
        Optional<Written> goTo = Optional.empty();
        OnFail then = OnFail.STOP;
        if (onFail.isPresent()) {
            String[] words = onFail.get().text().strip().split("\\s+", -1);
            if (words[0].equals("goto") && words.length == 2 && !inParallel) {
                then = OnFail.GOTO;
                int from = onFail.get().text().indexOf(words[1]);
                goTo = Optional.of(onFail.get().part(from, from + words[1].length()));
            } else if (words[0].equals("continue") && words.length == 1) {
                then = OnFail.CONTINUE;
            } else if (!words[0].equals("stop") || words.length > 1) {
                problems.add(new Problem(
                        onFail.get().at(),
                        "on-fail: '" + clipped(onFail.get().text()) + "' is not one of stop, continue"
                                + (inParallel ? "" : ", goto STEP")));
            }
        }
        List<Step> parallel = List.of();
        NodeTuple group = keys.get("parallel");
        if (group != null && inParallel) {
            wrong(group.getKeyNode(), "parallel: stands in no other");
        } else if (group != null) {
            parallel = steps(group.getValueNode(), true);
        }
        return new Step(
                at(node),
                text(keys.get("name")),
                text(keys.get("when")),
                text(keys.get("line")),
                text(keys.get("foreach")),
                text(keys.get("as")),
                text(keys.get("repeat")),
                text(keys.get("every")),
                text(keys.get("until")),
                text(keys.get("timeout")),
                let(keys.get("let")),
                text(keys.get("expect")),
                then,
                goTo,
                text(keys.get("say")),
                text(keys.get("sure")),
                text(keys.get("next")),
                text(keys.get("ask")),
                parallel);
    }

    private Map<String, Written> let(@Nullable NodeTuple entry) {
        Map<String, Written> all = new LinkedHashMap<>();
        if (entry == null) {
            return all;
        }
        if (!(entry.getValueNode() instanceof MappingNode mapping)) {
            wrong(
                    entry.getValueNode(),
                    "let: names are expected, each with an expression: 'slowest: most(rows.map(r, r.p99Ms))'");
            return all;
        }
        for (NodeTuple each : mapping.getValue()) {
            if (!(each.getKeyNode() instanceof ScalarNode key)
                    || !key.getValue().matches(NAME)) {
                wrong(each.getKeyNode(), "let: a name has letters, digits and underscores");
            } else {
                text(each).ifPresent(value -> {
                    if (all.putIfAbsent(key.getValue(), value) != null) {
                        wrong(key, "let: " + key.getValue() + " is there twice");
                    }
                });
            }
        }
        return all;
    }
}
