package dev.sonde.commands;

import dev.sonde.commands.guard.Guards;
import dev.sonde.jvm.Host;
import dev.sonde.jvm.JvmProcess;
import dev.sonde.jvm.Probe;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetId;
import dev.sonde.profile.ProfileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A session without a server: keeps what commands say to it. */
public final class FakeContext implements Context {

    public final List<Row> rows = new ArrayList<>();
    public final List<String> notices = new ArrayList<>();
    public final List<Target> selected = new ArrayList<>();
    public final List<Target> closed = new ArrayList<>();
    public final List<JvmProcess> visible = new ArrayList<>();
    public final List<PastLine> history = new ArrayList<>();
    public final FakeCancel cancel = new FakeCancel();
    public Optional<Target> target = Optional.empty();
    public ProbeLimits limits = ProbeLimits.STANDARD;
    public boolean left;
    public Input input = Input.NONE;
    public final Debugger debugger = new Debugger();
    public Recordings recordings = new Recordings(name -> {
        throw new IOException("no space left on device");
    });
    /** In a folder that the first profile makes. */
    public ProfileStore profiles =
            new ProfileStore(Path.of("target", "profiles", UUID.randomUUID().toString()));

    public Guards guards = Guards.NONE;

    public Output output = new Output() {
        @Override
        public void row(Row row) {
            synchronized (rows) {
                rows.add(row);
            }
        }

        @Override
        public void notice(String text) {
            synchronized (notices) {
                notices.add(text);
            }
        }
    };

    @Override
    public ProbeLimits limits() {
        return limits;
    }

    @Override
    public Output output() {
        return output;
    }

    @Override
    public Input input() {
        return input;
    }

    @Override
    public Cancel cancel() {
        return cancel;
    }

    @Override
    public String login() {
        return "ada";
    }

    @Override
    public Host host() {
        throw new UnsupportedOperationException("no command opens targets itself");
    }

    @Override
    public List<JvmProcess> visible() {
        return visible;
    }

    @Override
    public Optional<Target> target() {
        return target;
    }

    @Override
    public List<Target> openTargets() {
        return target.map(List::of).orElse(List.of());
    }

    @Override
    public Map<TargetId, List<Probe>> probes() {
        return target.map(t -> Map.of(
                        t.id(),
                        t.probes().stream().filter(probe -> !probe.ended()).toList()))
                .orElse(Map.of());
    }

    @Override
    public Target open(JvmProcess process) {
        return target.orElseThrow();
    }

    @Override
    public void select(Target chosen) {
        selected.add(chosen);
    }

    @Override
    public void close(Target which) {
        closed.add(which);
        which.close();
    }

    @Override
    public List<PastLine> history() {
        return history;
    }

    @Override
    public Debugger debugger() {
        return debugger;
    }

    @Override
    public Recordings recordings() {
        return recordings;
    }

    @Override
    public ProfileStore profiles() {
        return profiles;
    }

    @Override
    public Guards guards() {
        return guards;
    }

    @Override
    public Grant grant() {
        return Grant.INSTRUMENT;
    }

    @Override
    public Optional<Reached> reached() {
        return Optional.of(new Reached("ada", "192.0.2.7", 2222));
    }

    @Override
    public void leave() {
        left = true;
    }
}
