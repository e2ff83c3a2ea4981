package dev.sonde.commands;

import dev.sonde.jvm.HeapHistogram;
import dev.sonde.jvm.Profiling;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** An engine that gives what a test says. */
public final class FakeProfiling implements Profiling {

    public final List<FakeRun> runs = new ArrayList<>();
    public final Deque<HeapHistogram> heaps = new ArrayDeque<>();
    private final Profile sampled;
    private final Profile threads;

    public FakeProfiling(Profile sampled, Profile threads) {
        this.sampled = sampled;
        this.threads = threads;
    }

    @Override
    public Run start(Request request) throws TargetError {
        if (request.kind() == Kind.LIVE) {
            throw new TargetError("no engine can take a profile of live here: JFR: it cannot tell how much is alive");
        }
        FakeRun run = new FakeRun(request);
        runs.add(run);
        return run;
    }

    @Override
    public Profile threads() {
        return threads;
    }

    @Override
    public HeapHistogram heap(boolean live) {
        return heaps.size() > 1 ? heaps.removeFirst() : heaps.getFirst();
    }

    @Override
    public List<Run> runs() {
        return List.copyOf(runs);
    }

    /** A run that ends with what the test said. */
    public final class FakeRun implements Run {
        private final Request request;
        private boolean ended;

        FakeRun(Request request) {
            this.request = request;
        }

        @Override
        public Kind kind() {
            return request.kind();
        }

        @Override
        public String engine() {
            return "async-profiler 4.6";
        }

        @Override
        public String owner() {
            return "ada/started-1";
        }

        @Override
        public Instant started() {
            return FakeTarget.STARTED;
        }

        @Override
        public Instant endsAt() {
            return FakeTarget.STARTED.plus(request.atMost());
        }

        @Override
        public boolean ended() {
            return ended;
        }

        @Override
        public List<String> notices() {
            return List.of("by async-profiler 4.6");
        }

        @Override
        public Profile stop() {
            ended = true;
            return sampled;
        }

        @Override
        public void close() {
            ended = true;
        }
    }
}
