package dev.sonde.commands.profile;

import dev.sonde.commands.ByteSize;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.Profiling.Engine;
import dev.sonde.jvm.Profiling.Request;
import dev.sonde.profile.Focus;
import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What all commands that sample have: of what, how, how closely. */
final class SamplingOptions {

    private static final Pattern TIME = Pattern.compile("(\\d{1,6})(us|ms|s)");
    private static final Map<String, Long> NANOS = Map.of("us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L);

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "KIND",
            description =
                    "cpu: where processors are; wall: all threads, waiting too; alloc: what is allocated; live: what of it"
                            + " is alive; lock: who waits for locks; threads: where each is now")
    private Optional<Kind> typed = Optional.empty();

    @Option(names = "--engine", paramLabel = "E", description = "who samples; else the first that can")
    private Optional<Engine> engine = Optional.empty();

    @Option(
            names = "--interval",
            paramLabel = "T",
            description = "between samples: 10ms, of alloc and live 512k; of lock the shortest wait that counts")
    private Optional<String> interval = Optional.empty();

    @Option(names = "--thread", paramLabel = "REGEX", description = "keep only the samples of such threads")
    private Optional<String> thread = Optional.empty();

    // What no engine of these can do is said, and not left to a message that no such option is known.
    @Option(names = "--trace-id", paramLabel = "X", hidden = true, description = "refused, with what does it instead")
    private Optional<String> traceId = Optional.empty();

    @Option(names = "--when", paramLabel = "COND", hidden = true, description = "refused, with what does it instead")
    private Optional<String> when = Optional.empty();

    /** What was typed, else {@code cpu}. */
    Kind kind() {
        return typed.orElse(Kind.CPU);
    }

    /** Of a command that takes one profile: of what must be said. */
    void requireKind() throws UsageError {
        if (typed.isEmpty()) {
            throw new UsageError("KIND is missing, as in profile cpu --for 2s");
        }
    }

    void check() throws UsageError {
        if (kind() == Kind.TIMELINE) {
            throw new UsageError("timeline is a command of its own: timeline --for 5s");
        }
        if (traceId.isPresent() || when.isPresent()) {
            throw UsageError.withoutUsage((traceId.isPresent() ? "--trace-id" : "--when")
                    + ": an engine samples stacks, and knows neither requests nor variables: of its samples only the thread"
                    + " is known (--thread). watch, trace and stack look at the calls of one request");
        }
        if (thread.isPresent()) {
            LookOptions.pattern("--thread", thread);
            if (kind() == Kind.LIVE) {
                throw new UsageError("--thread: of what is alive nobody knows the thread any more; alloc tells it");
            }
        }
        if (kind() == Kind.THREADS && (engine.isPresent() || interval.isPresent())) {
            throw new UsageError("threads are looked at once; no --engine and no --interval is accepted");
        }
        if (interval.isPresent()) {
            parsed(interval.get());
        }
    }

    private long parsed(String typed) throws UsageError {
        boolean bytes = kind() == Kind.ALLOC || kind() == Kind.LIVE;
        if (bytes) {
            Optional<ByteSize> size = ByteSize.parse(typed);
            if (size.isEmpty() || size.get().bytes() < 1024 || size.get().bytes() > 1L << 30) {
                throw new UsageError("--interval: '" + typed + "' is not a size from 1k to 1g, such as 512k");
            }
            return size.get().bytes();
        }
        return kind() == Kind.LOCK
                ? nanos("--interval", typed, 1_000, "1us")
                : nanos("--interval", typed, 1_000_000, "1ms");
    }

    /** A time in nanoseconds, at most ten seconds. */
    static long nanos(String option, String typed, long least, String leastInWords) throws UsageError {
        Matcher time = TIME.matcher(typed.toLowerCase(Locale.ROOT));
        long nanos = time.matches() ? Long.parseLong(time.group(1)) * NANOS.getOrDefault(time.group(2), 0L) : 0;
        if (nanos < least || nanos > 10_000_000_000L) {
            throw new UsageError(
                    option + ": '" + typed + "' is not a time from " + leastInWords + " to 10s, such as 10ms");
        }
        return nanos;
    }

    /** Of commands that go on without the line: all is kept, and a look at it has {@code --thread}. */
    void refuseThread() throws UsageError {
        if (thread.isPresent()) {
            throw new UsageError("--thread: all threads are kept; top, tree and flame take --thread");
        }
    }

    /** What of a profile is kept. */
    Profile wanted(Profile profile) throws UsageError {
        if (thread.isEmpty()) {
            return profile;
        }
        Focus focus = new Focus(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                LookOptions.pattern("--thread", thread));
        List<String> notes = new ArrayList<>(profile.description().notes());
        notes.add("of threads like " + thread.get());
        return focus.of(profile.described(profile.description().noting(notes)));
    }

    Request request(Duration atMost) throws UsageError {
        return request(atMost, OptionalLong.empty());
    }

    /** @param standard the interval, where none was typed */
    Request request(Duration atMost, OptionalLong standard) throws UsageError {
        return new Request(
                kind(), engine, atMost, interval.isPresent() ? OptionalLong.of(parsed(interval.get())) : standard);
    }
}
