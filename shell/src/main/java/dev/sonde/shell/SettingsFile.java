package dev.sonde.shell;

import dev.sonde.commands.NearNames;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** {@code sonde.yaml}: lines of key and value. A key that is not known and a value that does not fit are errors with their line. */
final class SettingsFile {

    private SettingsFile() {}

    /**
     * Reads a file; one that is empty sets nothing.
     *
     * @throws StartError naming file, line and what is accepted
     */
    static Settings read(Path file) throws StartError {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new StartError(file + ": cannot be read: " + e.getMessage(), e);
        }
        return parse(file.toString(), text);
    }

    static Settings parse(String file, String text) throws StartError {
        Node root = compose(file, new StringReader(text));
        if (root == null) {
            return Settings.standard();
        }
        if (!(root instanceof MappingNode mapping)) {
            throw wrong(file, root, "expected 'key: value' lines");
        }
        Map<String, Object> set = new HashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode keyNode)) {
                throw wrong(file, entry.getKeyNode(), "expected 'key: value' lines");
            }
            String name = keyNode.getValue();
            Settings.Key<?> key = find(name)
                    .orElseThrow(
                            () -> wrong(file, keyNode, "unknown key '" + SettingText.clip(name) + "'" + near(name)));
            if (!(entry.getValueNode() instanceof ScalarNode value)) {
                throw wrong(file, entry.getValueNode(), name + ": expected one value, such as " + key.standard());
            }
            try {
                if (set.put(name, key.read(value.getValue())) != null) {
                    throw wrong(file, keyNode, name + ": is set twice");
                }
            } catch (IllegalArgumentException e) {
                throw wrong(file, value, name + ": " + e.getMessage());
            }
        }
        return Settings.of(set);
    }

    private static Node compose(String file, Reader text) throws StartError {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(true); // said by us, with the line
        try {
            return new Yaml(new SafeConstructor(options)).compose(text);
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw new StartError(file + ":" + line + ": not YAML: " + e.getProblem(), e);
        } catch (YAMLException e) {
            throw new StartError(file + ": not YAML: " + e.getMessage(), e);
        }
    }

    private static StartError wrong(String file, Node node, String message) {
        return new StartError(file + ":" + (node.getStartMark().getLine() + 1) + ": " + message);
    }

    private static Optional<Settings.Key<?>> find(String name) {
        for (Settings.Key<?> key : Settings.keys()) {
            if (key.name().equals(name)) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    private static String near(String name) {
        String near = NearNames.suffix(
                name, Settings.keys().stream().map(Settings.Key::name).toList());
        return near.isEmpty() ? "; serve --help lists the keys" : near;
    }
}
