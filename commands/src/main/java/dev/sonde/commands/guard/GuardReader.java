package dev.sonde.commands.guard;

import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Context;
import dev.sonde.commands.Durations;
import dev.sonde.commands.Grant;
import dev.sonde.commands.NearNames;
import dev.sonde.commands.TargetPattern;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.play.MarkedYaml;
import dev.sonde.commands.play.PlaybookError;
import dev.sonde.commands.play.Scope;
import dev.sonde.commands.play.UnattendedPlay;
import dev.sonde.commands.play.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
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

/** Reads a guard and looks at all of it, before it watches anything: form, names, conditions, and the playbooks it would run. */
public final class GuardReader {

    static final Set<String> KEYS = Set.of("name", "about", "on", "every", "tell", "rules");
    static final Set<String> RULE_KEYS = Set.of("name", "when", "play", "cool-down", "tell");

    /** A name is a folder's name too. */
    static final String NAME = "[a-z0-9][a-z0-9-]{0,39}";

    private static final int MOST_RULES = 20;
    private static final Duration STANDARD_EVERY = Duration.ofSeconds(10);
    private static final Duration STANDARD_COOL_DOWN = Duration.ofMinutes(30);
    private static final Duration DAY = Duration.ofDays(1);

    private final MarkedYaml yaml;
    private final Context context;
    private final Catalogue catalogue;
    private final Set<Channel> channels;
    private final Scope scope;
    private Grant needs = Grant.OBSERVE;

    private GuardReader(MarkedYaml yaml, Context context, Catalogue catalogue, Set<Channel> channels) {
        this.yaml = yaml;
        this.context = context;
        this.catalogue = catalogue;
        this.channels = channels;
        this.scope = new Scope(Map.of(), yaml.problems());
    }

    /**
     * Reads a guard for a login, whose playbooks it may run.
     *
     * @param file what a message calls it
     * @param channels those that the server's owner has set
     * @throws PlaybookError with all that is wrong, and where
     */
    public static Guard read(String file, String text, Context context, Catalogue catalogue, Set<Channel> channels)
            throws PlaybookError {
        MarkedYaml yaml = new MarkedYaml(file, text);
        MappingNode root = yaml.root("a guard is 'key: value' lines: name, about, on, every, tell, rules");
        Guard guard = new GuardReader(yaml, context, catalogue, channels).guard(root, text);
        yaml.throwIfWrong();
        return guard;
    }

    private Guard guard(MappingNode root, String text) {
        Map<String, NodeTuple> keys = yaml.keys(root, KEYS);
        String name = needed(root, keys, "name").map(Written::text).orElse("");
        if (keys.containsKey("name") && !name.isEmpty() && !name.matches(NAME)) {
            yaml.wrong(keys.get("name").getValueNode(), "name: has up to 40 small letters, digits and dashes");
        }
        String on = needed(root, keys, "on").map(Written::text).orElse("");
        if (on.startsWith("@")) {
            yaml.wrong(keys.get("on").getValueNode(), "on: a pid, a name or a glob is expected, without the @");
        }
        Duration every = duration(keys.get("every"), "every", Duration.ofSeconds(1), Duration.ofHours(1))
                .orElse(STANDARD_EVERY);
        Set<Channel> tell = tell(keys.get("tell")).orElse(channels);
        List<Rule> rules = new ArrayList<>();
        NodeTuple list = keys.get("rules");
        if (list == null) {
            yaml.missing(root, "rules: is missing");
        } else if (!(list.getValueNode() instanceof SequenceNode sequence)
                || sequence.getValue().isEmpty()) {
            yaml.wrong(list.getValueNode(), "rules: a list of rules is expected, each after a dash");
        } else if (sequence.getValue().size() > MOST_RULES) {
            yaml.wrong(list.getValueNode(), "rules: a guard has at most " + MOST_RULES);
        } else {
            Set<String> names = new HashSet<>();
            for (Node each : sequence.getValue()) {
                rule(each, rules.size() + 1, every, tell, names).ifPresent(rules::add);
            }
        }
        return new Guard(
                name,
                yaml.text(keys.get("about")).map(Written::text).orElse("").strip(),
                text,
                new TargetPattern(on),
                every,
                rules,
                needs);
    }

    private Optional<Written> needed(Node in, Map<String, NodeTuple> keys, String key) {
        if (!keys.containsKey(key)) {
            yaml.missing(in, key + ": is missing");
        }
        return yaml.text(keys.get(key));
    }

    private Optional<Rule> rule(Node node, int number, Duration every, Set<Channel> tell, Set<String> names) {
        Map<String, NodeTuple> keys = yaml.keys(node, RULE_KEYS);
        Optional<Written> named = yaml.text(keys.get("name"));
        String name = named.map(Written::text).orElse("rule-" + number);
        if (!name.matches(NAME)) {
            yaml.wrong(
                    named.map(Written::at).orElse(MarkedYaml.at(node)),
                    "name: has up to 40 small letters, digits and dashes");
        } else if (!names.add(name)) {
            yaml.wrong(named.map(Written::at).orElse(MarkedYaml.at(node)), "name: another rule is called " + name);
        }
        Optional<Written> when = needed(node, keys, "when");
        Optional<Condition> condition = when.flatMap(text -> Condition.of(text, scope));
        condition.flatMap(Condition::growth).ifPresent(growth -> {
            if (growth.over().compareTo(every.multipliedBy(3)) < 0) {
                yaml.wrong(
                        when.map(Written::at).orElse(MarkedYaml.at(node)),
                        "for: is shorter than three looks, one every " + every.toSeconds() + "s");
            }
        });
        condition.ifPresent(one -> {
            if (!one.counts().isEmpty()) {
                atLeast(Grant.INSTRUMENT);
            }
        });
        Optional<Written> play = yaml.text(keys.get("play"));
        play.ifPresent(this::play);
        Duration coolDown = duration(keys.get("cool-down"), "cool-down", Duration.ofSeconds(10), DAY.multipliedBy(30))
                .orElse(STANDARD_COOL_DOWN);
        Set<Channel> told = tell(keys.get("tell")).orElse(tell);
        return condition.map(one -> new Rule(name, one, play.map(Written::text), coolDown, told));
    }

    private void play(Written line) {
        try {
            atLeast(UnattendedPlay.check(line.text(), context, catalogue));
        } catch (UsageError e) {
            yaml.wrong(line.at(), String.valueOf(e.getMessage()));
        }
    }

    private void atLeast(Grant grant) {
        needs = needs.covers(grant) ? needs : grant;
    }

    private Optional<Duration> duration(@Nullable NodeTuple entry, String key, Duration least, Duration most) {
        Optional<Written> written = yaml.text(entry);
        if (written.isEmpty()) {
            return Optional.empty();
        }
        Optional<Duration> read = Durations.parse(written.get().text())
                .filter(time -> time.compareTo(least) >= 0 && time.compareTo(most) <= 0);
        if (read.isEmpty()) {
            yaml.wrong(
                    written.get().at(),
                    key + ": '" + MarkedYaml.clipped(written.get().text()) + "' is not a duration from "
                            + least.toSeconds() + "s to " + most.toHours() + "h, such as 30s, 5m or 1h");
        }
        return read;
    }

    /** Names of channels, in a list or one alone; {@code nobody} is none. */
    private Optional<Set<Channel>> tell(@Nullable NodeTuple entry) {
        if (entry == null) {
            return Optional.empty();
        }
        Set<Channel> told = EnumSet.noneOf(Channel.class);
        List<Node> nodes = entry.getValueNode() instanceof SequenceNode several
                ? several.getValue()
                : List.of(entry.getValueNode());
        for (Node each : nodes) {
            String typed = each instanceof ScalarNode scalar ? scalar.getValue() : "";
            List<String> names =
                    Arrays.stream(Channel.values()).map(Channel::typed).toList();
            Optional<Channel> channel = Arrays.stream(Channel.values())
                    .filter(one -> one.typed().equals(typed))
                    .findFirst();
            if (channel.isPresent() && !channels.contains(channel.get())) {
                yaml.wrong(
                        each,
                        "tell: the server's owner has set no " + typed + "; guard-" + typed + " in sonde.yaml does");
            } else if (channel.isPresent()) {
                told.add(channel.get());
            } else if (!typed.equals("nobody")) {
                String near = NearNames.suffix(typed, names);
                yaml.wrong(
                        each,
                        "tell: '" + MarkedYaml.clipped(typed) + "' is not one of " + String.join(", ", names)
                                + ", nobody" + near);
            }
        }
        return Optional.of(told);
    }
}
