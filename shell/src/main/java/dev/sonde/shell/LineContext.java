package dev.sonde.shell;

import dev.sonde.commands.Cancel;
import dev.sonde.commands.Context;
import dev.sonde.commands.Debugger;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Input;
import dev.sonde.commands.Lines;
import dev.sonde.commands.Output;
import dev.sonde.commands.PlaybookFolder;
import dev.sonde.commands.ProbeLimits;
import dev.sonde.commands.Reached;
import dev.sonde.commands.Recordings;
import dev.sonde.commands.Row;
import dev.sonde.commands.baseline.Baselines;
import dev.sonde.commands.guard.Guards;
import dev.sonde.jvm.Host;
import dev.sonde.jvm.JvmProcess;
import dev.sonde.jvm.Probe;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.TargetId;
import dev.sonde.profile.ProfileStore;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What one command on one target may reach: its session, through its login's eyes. */
final class LineContext implements Context {

    private final Session session;
    private final Optional<Target> target;
    private final Output output;
    private final Cancel cancel;
    private final Supplier<Optional<OutputStream>> bytes;
    private final ProbeLimits limits;
    private final Supplier<Lines> lines;
    private final Supplier<Lines> here;

    /**
     * @param rows counted for the audit
     * @param bytes gives the standard output for what is no rows
     * @param lines makes what this line runs others through
     * @param here makes what it runs others through in its own session
     */
    LineContext(
            Session session,
            Optional<Target> target,
            Output output,
            AtomicLong rows,
            Cancel cancel,
            Supplier<Optional<OutputStream>> bytes,
            ProbeLimits limits,
            Supplier<Lines> lines,
            Supplier<Lines> here) {
        this.session = session;
        this.target = target;
        this.cancel = cancel;
        this.bytes = bytes;
        this.limits = limits;
        this.lines = lines;
        this.here = here;
        this.output = new Output() {
            @Override
            public void row(Row row) {
                rows.incrementAndGet();
                output.row(row);
            }

            @Override
            public void notice(String text) {
                output.notice(text);
            }

            @Override
            public void notice(String text, Map<String, Long> counts) {
                output.notice(text, counts);
            }

            @Override
            public void progress(String text) {
                output.progress(text);
            }
        };
    }

    @Override
    public Output output() {
        return output;
    }

    @Override
    public Cancel cancel() {
        return cancel;
    }

    @Override
    public String login() {
        return session.atFirst().name();
    }

    @Override
    public Host host() {
        return session.host();
    }

    @Override
    public List<JvmProcess> visible() {
        return session.login()
                .map(login -> host().processes().stream().filter(login::reaches).toList())
                .orElse(List.of());
    }

    @Override
    public Optional<Target> target() {
        return target;
    }

    @Override
    public Map<TargetId, List<Probe>> probes() {
        Map<TargetId, List<Probe>> all = host().probes();
        if (all.isEmpty()) {
            return all;
        }
        Set<TargetId> shown = target().map(chosen -> Set.of(chosen.id()))
                .orElseGet(() -> visible().stream().map(JvmProcess::id).collect(Collectors.toSet()));
        Map<TargetId, List<Probe>> probes = new LinkedHashMap<>(all);
        probes.keySet().retainAll(shown);
        return probes;
    }

    @Override
    public List<Target> openTargets() {
        return session.openTargets();
    }

    @Override
    public Target open(JvmProcess process) throws TargetError {
        if (session.login().filter(login -> login.reaches(process)).isEmpty()) {
            throw new TargetError("no JVM with the pid " + process.id() + " that you may reach");
        }
        return session.open(process.id().pid());
    }

    @Override
    public void select(Target selected) {
        session.select(selected);
    }

    @Override
    public void close(Target closed) {
        session.close(closed);
    }

    @Override
    public List<PastLine> history() {
        return session.history();
    }

    @Override
    public Recordings recordings() {
        return session.recordings();
    }

    @Override
    public Debugger debugger() {
        return session.debugger();
    }

    @Override
    public ProfileStore profiles() {
        return session.profiles();
    }

    @Override
    public Grant grant() {
        return session.login().map(Login::grant).orElse(Grant.OBSERVE);
    }

    @Override
    public ProbeLimits limits() {
        return limits;
    }

    @Override
    public Optional<Reached> reached() {
        return session.reached();
    }

    @Override
    public Input input() {
        return session.input();
    }

    @Override
    public Optional<OutputStream> bytes() {
        return bytes.get();
    }

    @Override
    public PlaybookFolder playbooks() {
        return session.playbooks();
    }

    @Override
    public Baselines baselines() {
        return session.baselines();
    }

    @Override
    public Guards guards() {
        return session.guards();
    }

    @Override
    public Lines lines() {
        return lines.get();
    }

    @Override
    public Lines linesHere() {
        return here.get();
    }

    @Override
    public void leave() {
        session.leave();
    }
}
