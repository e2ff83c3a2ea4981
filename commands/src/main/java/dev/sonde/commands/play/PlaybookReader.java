package dev.sonde.commands.play;

import dev.sonde.commands.play.Playbook.OnFail;
import dev.sonde.commands.play.Playbook.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads the form of a playbook: which keys there are, and what kind of value each has. Every complaint knows its place. */
final class PlaybookReader {

    static final int MOST_CHARS = MarkedYaml.MOST_CHARS;
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
    private final MarkedYaml yaml;
    private int steps;

    private PlaybookReader(String file, String text) {
        this.file = file;
        this.yaml = new MarkedYaml(file, text);
    }

    /** @throws PlaybookError with all that is wrong with its form */
    static Playbook read(String file, String text) throws PlaybookError {
        PlaybookReader reader = new PlaybookReader(file, text);
        Playbook playbook =
                reader.playbook(reader.yaml.root("a playbook is 'key: value' lines: name, about, inputs, steps"));
        reader.yaml.throwIfWrong();
        return playbook;
    }

    private Playbook playbook(MappingNode root) {
        Map<String, NodeTuple> keys = yaml.keys(root, KEYS);
        Optional<Written> written = yaml.text(keys.get("name"));
        String name = written.map(Written::text).orElse("");
        if (name.isEmpty()) {
            yaml.missing(root, "name: is missing");
        } else if (!name.matches("[a-z0-9][a-z0-9-]*")) {
            yaml.wrong(written.map(Written::at).orElse(At.START), "name: has small letters, digits and dashes");
        }
        List<Step> all = new ArrayList<>();
        NodeTuple list = keys.get("steps");
        if (list == null) {
            yaml.missing(root, "steps: is missing");
        } else {
            all = steps(list.getValueNode(), false);
        }
        return new Playbook(
                file,
                name,
                yaml.text(keys.get("about")).map(Written::text).orElse("").strip(),
                inputs(keys.get("inputs")),
                all,
                yaml.text(keys.get("held")));
    }

    private List<Playbook.Input> inputs(@Nullable NodeTuple entry) {
        List<Playbook.Input> inputs = new ArrayList<>();
        if (entry == null) {
            return inputs;
        }
        if (!(entry.getValueNode() instanceof MappingNode mapping)) {
            yaml.wrong(
                    entry.getValueNode(),
                    "inputs: names are expected, each with its type: 'slow: {type: number, default: 50}'");
            return inputs;
        }
        for (NodeTuple each : mapping.getValue()) {
            if (each.getKeyNode() instanceof ScalarNode key) {
                input(key, each.getValueNode()).ifPresent(input -> {
                    if (inputs.stream().anyMatch(other -> other.name().equals(input.name()))) {
                        yaml.wrong(key, input.name() + ": is there twice");
                    } else {
                        inputs.add(input);
                    }
                });
            } else {
                yaml.wrong(each.getKeyNode(), "the name of an input is a word");
            }
        }
        return inputs;
    }

    private Optional<Playbook.Input> input(ScalarNode key, Node value) {
        String name = key.getValue();
        if (!name.matches(NAME)) {
            yaml.wrong(
                    key,
                    "the name of an input has letters, digits and underscores: '" + MarkedYaml.clipped(name) + "'");
            return Optional.empty();
        }
        Map<String, NodeTuple> keys = yaml.keys(value, INPUT_KEYS);
        InputType type = InputType.TEXT;
        Optional<Written> typed = yaml.text(keys.get("type"));
        if (typed.isPresent()) {
            Optional<InputType> known = InputType.named(typed.get().text());
            if (known.isEmpty()) {
                yaml.wrong(
                        typed.get().at(),
                        "'" + MarkedYaml.clipped(typed.get().text()) + "' is not one of " + InputType.names());
                return Optional.empty();
            }
            type = known.get();
        }
        Optional<Written> preset = yaml.text(keys.get("default"));
        if (preset.isPresent() && type.read(preset.get().text()).isEmpty()) {
            yaml.wrong(preset.get().at(), "'" + MarkedYaml.clipped(preset.get().text()) + "' is not " + type.shown());
        }
        return Optional.of(new Playbook.Input(
                MarkedYaml.at(key),
                name,
                type,
                preset.map(Written::text),
                yaml.text(keys.get("about")).map(Written::text).orElse("")));
    }

    private List<Step> steps(Node node, boolean inParallel) {
        List<Step> all = new ArrayList<>();
        if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
            yaml.wrong(node, (inParallel ? "parallel" : "steps") + ": a list of steps is expected, each after a dash");
            return all;
        }
        for (Node each : sequence.getValue()) {
            if (++steps > MOST_STEPS) {
                yaml.wrong(each, "a playbook has at most " + MOST_STEPS + " steps");
                return all;
            }
            all.add(step(each, inParallel));
        }
        return all;
    }

    private Step step(Node node, boolean inParallel) {
        Map<String, NodeTuple> keys = yaml.keys(node, STEP_KEYS);
        Optional<Written> onFail = yaml.text(keys.get("on-fail"));
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
                yaml.wrong(
                        onFail.get().at(),
                        "on-fail: '" + MarkedYaml.clipped(onFail.get().text()) + "' is not one of stop, continue"
                                + (inParallel ? "" : ", goto STEP"));
            }
        }
        List<Step> parallel = List.of();
        NodeTuple group = keys.get("parallel");
        if (group != null && inParallel) {
            yaml.wrong(group.getKeyNode(), "parallel: stands in no other");
        } else if (group != null) {
            parallel = steps(group.getValueNode(), true);
        }
        return new Step(
                MarkedYaml.at(node),
                yaml.text(keys.get("name")),
                yaml.text(keys.get("when")),
                yaml.text(keys.get("line")),
                yaml.text(keys.get("foreach")),
                yaml.text(keys.get("as")),
                yaml.text(keys.get("repeat")),
                yaml.text(keys.get("every")),
                yaml.text(keys.get("until")),
                yaml.text(keys.get("timeout")),
                let(keys.get("let")),
                yaml.text(keys.get("expect")),
                then,
                goTo,
                yaml.text(keys.get("say")),
                yaml.text(keys.get("sure")),
                yaml.text(keys.get("next")),
                yaml.text(keys.get("ask")),
                parallel);
    }

    private Map<String, Written> let(@Nullable NodeTuple entry) {
        Map<String, Written> all = new LinkedHashMap<>();
        if (entry == null) {
            return all;
        }
        if (!(entry.getValueNode() instanceof MappingNode mapping)) {
            yaml.wrong(
                    entry.getValueNode(),
                    "let: names are expected, each with an expression: 'slowest: most(rows.map(r, r.p99Ms))'");
            return all;
        }
        for (NodeTuple each : mapping.getValue()) {
            if (!(each.getKeyNode() instanceof ScalarNode key)
                    || !key.getValue().matches(NAME)) {
                yaml.wrong(each.getKeyNode(), "let: a name has letters, digits and underscores");
            } else {
                yaml.text(each).ifPresent(value -> {
                    if (all.putIfAbsent(key.getValue(), value) != null) {
                        yaml.wrong(key, "let: " + key.getValue() + " is there twice");
                    }
                });
            }
        }
        return all;
    }
}
