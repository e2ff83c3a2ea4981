package dev.sonde.shell;

import dev.sonde.commands.ProbeLimits;
import dev.sonde.jvm.Parking;
import dev.sonde.jvm.Safeguards;
import dev.sonde.wire.Limits;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * What can be set in {@code sonde.yaml}: every key, its default and what it means, in one place. The file holds only what
 * differs; see {@link SettingsFile}.
 */
final class Settings {

    /** One key of the file. */
    static final class Key<T> {
        private final String name;
        private final String standard;
        private final String meaning;
        private final Function<String, T> read;

        private Key(String name, String standard, Function<String, T> read, String meaning) {
            this.name = name;
            this.standard = standard;
            this.meaning = meaning;
            this.read = read;
        }

        String name() {
            return name;
        }

        String standard() {
            return standard;
        }

        String meaning() {
            return meaning;
        }

        /** @throws IllegalArgumentException that says what is accepted */
        T read(String text) {
            return read.apply(text);
        }
    }

    /** Which SSH algorithms are offered; see {@link Algorithms}. */
    enum AlgorithmSet {
        COMPAT,
        STRICT
    }

    private static final List<Key<?>> KEYS = new ArrayList<>(); // before the keys, which add themselves

    static final Key<Endpoint> LISTEN = key(
            "listen",
            "127.0.0.1:2222",
            Endpoint::parse,
            "where the server listens, HOST:PORT; port 0 takes a free one; --listen goes before it");
    static final Key<Boolean> ALLOW_BEYOND_LOOPBACK = key(
            "allow-beyond-loopback",
            "false",
            SettingText::flag,
            "must be true (or --beyond-loopback given) before the server listens on an address others can reach");
    static final Key<AlgorithmSet> ALGORITHMS = key(
            "algorithms",
            "compat",
            SettingText::algorithms,
            "compat: what OpenSSH, PuTTY, dropbear and paramiko speak; strict: post-quantum key exchange only");
    static final Key<Duration> GRACE_TIME =
            key("grace-time", "30s", SettingText::duration, "how long a connection may take to authenticate");
    static final Key<Integer> AUTH_ATTEMPTS = key(
            "auth-attempts",
            "10",
            SettingText.number(1, 20),
            "authentication requests of one connection; a key that fits takes two, one that does not takes one");
    static final Key<Integer> UNAUTHENTICATED_CONNECTIONS = key(
            "unauthenticated-connections",
            "20",
            SettingText.number(1, 10_000),
            "connections that have not authenticated yet, in all; one more ends the oldest of the address that has most");
    static final Key<Integer> CONNECTIONS =
            key("connections", "200", SettingText.number(1, 10_000), "connections in all");
    static final Key<Integer> SESSIONS_PER_CONNECTION = key(
            "sessions-per-connection", "10", SettingText.number(1, 1_000), "sessions open at once over one connection");
    static final Key<Integer> SESSIONS_PER_LOGIN =
            key("sessions-per-login", "20", SettingText.number(1, 10_000), "sessions open at once for one login");
    static final Key<Integer> PAGES_PER_LOGIN = key(
            "pages-per-login",
            "32",
            SettingText.number(0, 10_000),
            "forwarded channels to the web pages open at once for one login; 0 serves none");
    static final Key<Duration> PENALTY = key(
            "penalty",
            "5s",
            SettingText::duration,
            "added to a source, loopback apart, for each connection that fails to authenticate; 0s turns penalties off");
    static final Key<Duration> PENALTY_THRESHOLD = key(
            "penalty-threshold",
            "15s",
            SettingText::duration,
            "a source whose penalties exceed this is refused until they have run out");
    static final Key<Duration> PENALTY_MAX =
            key("penalty-max", "10m", SettingText::duration, "the most penalty a source can gather");
    static final Key<Duration> IDLE_TIMEOUT = key(
            "idle-timeout",
            "1h",
            SettingText::duration,
            "a console where nothing is typed and nothing runs ends after this");
    static final Key<Duration> SESSION_TIMEOUT =
            key("session-timeout", "24h", SettingText::duration, "a session ends after this, whatever it does");
    static final Key<Duration> LINE_TIMEOUT =
            key("line-timeout", "1h", SettingText::duration, "a line that runs longer is ended with exit code 124");
    static final Key<Duration> READER_PATIENCE = key(
            "reader-patience",
            "30s",
            SettingText::duration,
            "how long a line waits for a reader that has stopped reading before its rows are dropped");
    static final Key<Integer> HISTORY_LINES =
            key("history-lines", "1000", SettingText.number(0, 100_000), "lines of history kept for each login");
    static final Key<Integer> PARALLEL_TARGETS =
            key("parallel-targets", "8", SettingText.number(1, 256), "targets that one line runs on at the same time");

    static final Key<List<Path>> SOURCE_PATH = key(
            "source-path",
            "",
            SettingText::paths,
            "directories, jars and zips of sources that the command source may show, separated by ':'");
    /** The value of a key such as {@code 3..32}: what holds unless a line asks for something else, and the most it may ask. */
    record Range(int standard, int most) {}

    private static final Limits MOST = ProbeLimits.STANDARD.most();

    /** So that it is known how often a method is called before somebody stops in it. */
    private static final Duration SETTLE = Duration.ofMillis(250);

    static final Key<Range> PROBE_RATE = key(
            "probe-rate",
            "20..0",
            SettingText.range(0, Integer.MAX_VALUE, SettingText::count),
            "calls shown of a watch in a second, and the most a line may ask for; 0 is no limit");
    static final Key<Range> PROBE_DEPTH = key(
            "probe-depth",
            "3..32",
            SettingText.range(0, MOST.depth, SettingText::count),
            "levels of objects, and the most");
    static final Key<Range> PROBE_FIELDS = key(
            "probe-fields",
            "20..10000",
            SettingText.range(1, MOST.fields, SettingText::count),
            "fields of an object, and the most");
    static final Key<Range> PROBE_ELEMENTS = key(
            "probe-elements",
            "100..100000",
            SettingText.range(1, MOST.elements, SettingText::count),
            "elements of an array, list or map, and the most");
    static final Key<Range> PROBE_CHARS = key(
            "probe-chars",
            "256..1000000",
            SettingText.range(1, MOST.chars, SettingText::count),
            "characters of a string, and the most");
    static final Key<Range> PROBE_BYTES = key(
            "probe-bytes",
            "64k..512k",
            SettingText.range(1 << 10, MOST.bytes, SettingText::bytes),
            "size of a call, and the most");
    static final Key<Range> PROBE_TIME = key(
            "probe-time",
            "2ms..1s",
            SettingText.range(1_000, MOST.micros, text ->
                    (int) Math.min(Integer.MAX_VALUE, SettingText.duration(text).toNanos() / 1000)),
            "time to capture a call or walk its condition, and the most");
    static final Key<Range> PROBE_BUDGET = key(
            "probe-budget",
            "1..100",
            SettingText.range(1, MOST.budgetMicros, SettingText::percent),
            "per cent of one CPU that a probe may use before it ends itself, and the most");
    static final Key<Integer> TARGET_RATE = key(
            "target-rate",
            "1000",
            SettingText.number(1, 1_000_000),
            "calls that all probes on a target show in a second; those without a limit do not count");
    static final Key<Integer> TARGET_BUDGET = key(
            "target-budget",
            "2",
            SettingText::percent,
            "per cent of one CPU that all probes with a budget may use on a target together");
    static final Key<Integer> SESSION_STOPS = key(
            "session-stops", "1", SettingText.number(1, 16), "threads that one session may have standing on a target");
    static final Key<Integer> TARGET_STOPS = key(
            "target-stops", "4", SettingText.number(1, 64), "threads that all sessions may have standing on a target");
    static final Key<Duration> STOP_TIME = key(
            "stop-time",
            "30s",
            text -> SettingText.between(text, Duration.ofSeconds(1), Duration.ofMinutes(5)),
            "how long a thread stands at a breakpoint, unless its line says otherwise");
    static final Key<Integer> STOP_WAITING = key(
            "stop-waiting",
            "3",
            SettingText.number(0, 10_000),
            "a thread that stands is let go when more than so many wait for what it holds");
    static final Key<Duration> STOP_WAIT = key(
            "stop-wait",
            "2s",
            text -> SettingText.between(text, Duration.ofMillis(100), Duration.ofMinutes(5)),
            "or when one of them has waited for so long");
    static final Key<List<String>> MASKED_NAMES = key(
            "masked-names",
            "standard",
            text -> SettingText.list(text, Safeguards.STANDARD.maskedNames()),
            "parts of names whose values never leave a target, with commas; =NAME is a whole word; standard is "
                    + String.join(", ", Safeguards.STANDARD.maskedNames()));
    static final Key<List<String>> MASKED_TYPES = key(
            "masked-types",
            "standard",
            text -> SettingText.list(text, Safeguards.STANDARD.maskedTypes()),
            "classes and interfaces whose objects are never shown, with commas; standard is "
                    + String.join(", ", Safeguards.STANDARD.maskedTypes()));

    static final Key<Integer> GUARDS_PER_LOGIN = key(
            "guards-per-login",
            "20",
            SettingText.number(0, 200),
            "guards that one login may have; 0 lets nobody set any");
    static final Key<Optional<URI>> GUARD_WEBHOOK = key(
            "guard-webhook",
            "",
            SettingText::webAddress,
            "where guards may tell what they found, as JSON in a POST: an address of http or https");
    static final Key<List<String>> GUARD_COMMAND = key(
            "guard-command",
            "",
            SettingText::program,
            "a program that guards may run to tell, with the same JSON on its standard input: an absolute path and words");
    static final Key<Optional<Endpoint>> GUARD_SYSLOG = key(
            "guard-syslog",
            "",
            text -> text.isBlank() ? Optional.empty() : Optional.of(Endpoint.parse(text)),
            "where guards may send messages of syslog, in datagrams: HOST:PORT");
    static final Key<Duration> GUARD_TELL_TIMEOUT = key(
            "guard-tell-timeout",
            "10s",
            text -> SettingText.between(text, Duration.ofMillis(100), Duration.ofMinutes(5)),
            "how long the webhook or the command of guards may take");

    private final Map<String, Object> set;

    private Settings(Map<String, Object> set) {
        this.set = Map.copyOf(set);
    }

    static Settings standard() {
        return new Settings(Map.of());
    }

    /** @param set values by the names of their keys, each as {@link Key#read} has given it */
    static Settings of(Map<String, Object> set) {
        return new Settings(set);
    }

    /** Every key, in the order they are explained in. */
    static List<Key<?>> keys() {
        return List.copyOf(KEYS);
    }

    @SuppressWarnings("unchecked") // put() and read() store what the key's own type is
    <T> T get(Key<T> key) {
        Object value = set.get(key.name);
        return value != null ? (T) value : key.read(key.standard);
    }

    /** What probes may cost, as it is set. */
    ProbeLimits probeLimits() {
        return new ProbeLimits(
                limits(Range::standard),
                limits(Range::most).withTarget(get(TARGET_RATE), get(TARGET_BUDGET)),
                get(PROBE_RATE).standard(),
                get(PROBE_RATE).most(),
                new Parking(
                        get(SESSION_STOPS),
                        get(TARGET_STOPS),
                        get(STOP_TIME),
                        get(STOP_WAITING),
                        get(STOP_WAIT),
                        SETTLE,
                        Parking.Choice.ANYBODY));
    }

    private Limits limits(ToIntFunction<Range> which) {
        return new Limits(
                        which.applyAsInt(get(PROBE_DEPTH)),
                        which.applyAsInt(get(PROBE_FIELDS)),
                        which.applyAsInt(get(PROBE_ELEMENTS)),
                        which.applyAsInt(get(PROBE_CHARS)),
                        which.applyAsInt(get(PROBE_BYTES)),
                        which.applyAsInt(get(PROBE_TIME)))
                .withBudget(which.applyAsInt(get(PROBE_BUDGET)));
    }

    /** What holds for each target, as it is set. */
    Safeguards safeguards() {
        return new Safeguards(get(TARGET_RATE), get(TARGET_BUDGET), get(MASKED_NAMES), get(MASKED_TYPES));
    }

    <T> Settings with(Key<T> key, T value) {
        Map<String, Object> changed = new HashMap<>(set);
        changed.put(key.name, value);
        return new Settings(changed);
    }

    /** What {@code serve --help} shows of the keys. */
    static String explained() {
        StringBuilder text = new StringBuilder();
        for (Key<?> key : KEYS) {
            text.append(String.format(Locale.ROOT, "  %-28s %-16s %s%n", key.name + ":", key.standard, key.meaning));
        }
        return text.toString();
    }

    private static <T> Key<T> key(String name, String standard, Function<String, T> read, String meaning) {
        Key<T> key = new Key<>(name, standard, read, meaning);
        KEYS.add(key);
        return key;
    }
}
