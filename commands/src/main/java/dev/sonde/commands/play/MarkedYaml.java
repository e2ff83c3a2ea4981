package dev.sonde.commands.play;

import dev.sonde.commands.NearNames;
import dev.sonde.commands.play.PlaybookError.Problem;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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

/** A YAML file of which every key and value knows its place, with the list of what is wrong with it. */
public final class MarkedYaml {

    /** The most that a file may have. */
    public static final int MOST_CHARS = 256 << 10;

    private static final Comparator<Problem> IN_ORDER = Comparator.comparingInt(
                    (Problem one) -> one.at().line())
            .thenComparingInt(one -> one.at().column());

    private final String file;
    private final String text;
    private final List<String> lines;
    private final List<Problem> problems = new ArrayList<>();
    /** Told after what is there and wrong, which is often why. */
    private final List<Problem> missing = new ArrayList<>();

    /** @param file what a message calls it */
    public MarkedYaml(String file, String text) {
        this.file = file;
        this.text = text;
        this.lines = List.of(text.split("\r?\n", -1));
    }

    /**
     * The whole of it.
     *
     * @param what what the file is, and which keys it has: the message where it is something else
     */
    public MappingNode root(String what) throws PlaybookError {
        if (text.length() > MOST_CHARS) {
            throw one(At.START, "a file has at most 256 KiB");
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
            throw one(root == null ? At.START : at(root), what);
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

    private PlaybookError one(At at, String problem) {
        return new PlaybookError(file, List.of(new Problem(at, problem)));
    }

    /** What was found wrong up to now; whoever looks further adds to it. */
    public List<Problem> problems() {
        return problems;
    }

    /**
     * Goes on only where nothing is wrong.
     *
     * @throws PlaybookError with all that is wrong, in the order of the file, what is missing last
     */
    public void throwIfWrong() throws PlaybookError {
        if (!problems.isEmpty() || !missing.isEmpty()) {
            problems.sort(IN_ORDER);
            problems.addAll(missing);
            throw new PlaybookError(file, problems);
        }
    }

    /** Where a node begins. */
    public static At at(Node node) {
        return new At(node.getStartMark().getLine() + 1, node.getStartMark().getColumn() + 1);
    }

    public void wrong(Node node, String problem) {
        wrong(at(node), problem);
    }

    public void wrong(At at, String problem) {
        problems.add(new Problem(at, problem));
    }

    public void missing(Node in, String problem) {
        missing.add(new Problem(at(in), problem));
    }

    /** The values of a mapping by key; complains of keys that are not known, or are there twice. */
    public Map<String, NodeTuple> keys(Node node, Set<String> known) {
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

    /** For a message. */
    public static String clipped(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }

    /** One value; empty when the key is not there, or has none, which is a complaint. */
    public Optional<Written> text(@Nullable NodeTuple entry) {
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
}
