package dev.sonde.jvm;

import static dev.sonde.jvm.Profiling.Engine.CPUTIME;

import dev.sonde.profile.Description;
import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The profiles that are being taken of one JVM, by whomever: which engine may take another, and who is in the way. */
final class ProfileRuns {

    private final LocalJvm jvm;
    private final List<Engine> engines =
            List.of(new AsyncProfiler(), new FlightRecorder(false), new FlightRecorder(true));
    private final List<Running> running = new ArrayList<>();

    ProfileRuns(LocalJvm jvm) {
        this.jvm = jvm;
    }

    /**
     * Starts one, with the first engine that can.
     *
     * @param owner {@code LOGIN/SESSION}
     */
    synchronized Profiling.Run start(Profiling.Request request, String owner) throws TargetError {
        running.removeIf(run -> run.ended);
        List<String> unable = new ArrayList<>();
        for (Engine engine : engines) {
            if (request.engine().map(asked -> asked != engine.which()).orElse(engine.which() == CPUTIME)) {
                continue;
            }
            Optional<String> inTheWay = inTheWay(engine, request);
            if (inTheWay.isPresent()) {
                unable.add(inTheWay.get());
                continue;
            }
            try {
                Engine.Sampling sampling = engine.start(jvm, request);
                Running run = new Running(engine, request, owner, sampling, unable);
                running.add(run);
                return run;
            } catch (Engine.Unable e) {
                unable.add(name(engine) + ": " + e.getMessage());
            }
        }
        throw new TargetError("no engine can take " + what(request.kind()) + " here: " + String.join("; ", unable));
    }

    private static String what(Kind kind) {
        return kind == Kind.TIMELINE ? "a timeline" : "a profile of " + kind.word();
    }

    private Optional<String> inTheWay(Engine engine, Profiling.Request request) {
        long interval = request.interval().orElse(engine.standardInterval(request.kind()));
        for (Running run : running) {
            if (run.engine == engine
                    && !run.ended
                    && Instant.now().isBefore(run.endsAt())
                    && !engine.sharedBy(run.kind(), run.interval(), request.kind(), interval)) {
                return Optional.of(name(engine) + ": " + run.owner + " takes " + what(run.kind())
                        + " here with it, until "
                        + run.endsAt().truncatedTo(ChronoUnit.SECONDS));
            }
        }
        return Optional.empty();
    }

    private static String name(Engine engine) {
        return engine.which() == Profiling.Engine.ASYNC ? "async-profiler" : "JFR";
    }

    synchronized List<Profiling.Run> all() {
        running.removeIf(run -> run.ended);
        return List.copyOf(running);
    }

    /** Ends those of one owner, or all. */
    void close(Optional<String> owner) {
        for (Profiling.Run run : all()) {
            if (owner.isEmpty() || owner.get().equals(run.owner())) {
                run.close();
            }
        }
    }

    private final class Running implements Profiling.Run {
        private final Engine engine;
        private final Profiling.Request request;
        private final String owner;
        private final Engine.Sampling sampling;
        private final List<String> notices = new ArrayList<>();
        private final Instant started = Instant.now();
        private volatile boolean ended;

        Running(Engine engine, Profiling.Request request, String owner, Engine.Sampling sampling, List<String> unable) {
            this.engine = engine;
            this.request = request;
            this.owner = owner;
            this.sampling = sampling;
            notices.add(
                    "by " + sampling.engine() + (unable.isEmpty() ? "" : ", because of " + String.join("; ", unable)));
            notices.addAll(sampling.notices());
        }

        long interval() {
            return request.interval().orElse(engine.standardInterval(request.kind()));
        }

        @Override
        public Kind kind() {
            return request.kind();
        }

        @Override
        public String engine() {
            return sampling.engine();
        }

        @Override
        public String owner() {
            return owner;
        }

        @Override
        public Instant started() {
            return started;
        }

        @Override
        public Instant endsAt() {
            return started.plus(request.atMost());
        }

        @Override
        public boolean ended() {
            return ended;
        }

        @Override
        public List<String> notices() {
            return List.copyOf(notices);
        }

        private boolean end() {
            synchronized (ProfileRuns.this) {
                boolean first = !ended;
                ended = true;
                return first;
            }
        }

        @Override
        public Profile stop() throws TargetError {
            return stop(Optional.empty());
        }

        @Override
        public Profile stop(Path recording) throws TargetError {
            return stop(Optional.of(recording));
        }

        private Profile stop(Optional<Path> recording) throws TargetError {
            if (!end()) {
                throw new TargetError("this profile has ended already");
            }
            Profile profile = sampling.stop(recording);
            Description about = profile.description();
            return profile.described(about.of(jvm.process.id.toString(), JvmNames.name(jvm.process))
                    .noting(Stream.concat(notices().stream(), about.notes().stream())
                            .toList()));
        }

        @Override
        public void close() {
            if (end()) {
                sampling.discard();
            }
        }
    }
}
