package dev.sonde.jvm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The machine that we run on: Linux, through {@code /proc} and HotSpot's attach protocol. */
public final class LocalHost implements Host {

    private final LocalProcesses processes = new LocalProcesses();
    private final Links links;
    private final SourcePlaces sources;
    private final Map<TargetId, LocalJvm> jvms = new HashMap<>();
    private boolean closed;

    private LocalHost(Links links, SourcePlaces sources) {
        this.links = links;
        this.sources = sources;
    }

    /**
     * Opens the machine. Nothing listens and nothing is written before a target first needs the agent.
     *
     * @param home where the agent's jar is kept, in {@code agent/}; made when it is absent
     * @throws IOException when the directory cannot be made or used
     */
    public static LocalHost open(Path home) throws IOException {
        return open(home, Safeguards.STANDARD, new SourcePlaces(List.of()));
    }

    /**
     * As {@link #open(Path)}, with other safeguards for its targets, and with places where their sources are.
     *
     * @throws IOException when the directory cannot be made or used
     */
    public static LocalHost open(Path home, Safeguards safeguards, SourcePlaces sources) throws IOException {
        return new LocalHost(new Links(home, safeguards), sources);
    }

    @Override
    public String name() {
        return LocalProcesses.HOST;
    }

    @Override
    public List<JvmProcess> processes() {
        return processes.list();
    }

    @Override
    public Target open(long pid, String owner) throws TargetError {
        LocalProcesses.Jvm process = processes.jvm(pid);
        Optional<String> unreachable = processes.unreachable(process);
        if (unreachable.isPresent()) {
            throw new TargetError("process " + pid + " " + unreachable.get());
        }
        synchronized (jvms) {
            if (closed) {
                throw new TargetError("this server is shutting down");
            }
            jvms.values().removeIf(LocalJvm::unused);
            LocalJvm jvm = jvms.computeIfAbsent(process.id, id -> new LocalJvm(process, links, sources));
            return jvm.open(owner);
        }
    }

    @Override
    public Map<TargetId, List<Probe>> probes() {
        List<LocalJvm> all;
        synchronized (jvms) {
            all = List.copyOf(jvms.values());
        }
        Map<TargetId, List<Probe>> probes = new LinkedHashMap<>();
        for (LocalJvm jvm : all) {
            List<Probe> inPlace = jvm.probes().map(Probes::all).orElse(List.of()).stream()
                    .filter(probe -> !probe.ended())
                    .toList();
            if (!inPlace.isEmpty()) {
                probes.put(jvm.process.id, inPlace);
            }
        }
        return probes;
    }

    @Override
    public void close() {
        List<LocalJvm> all;
        synchronized (jvms) {
            closed = true;
            all = List.copyOf(jvms.values());
            jvms.clear();
        }
        links.close(all);
    }
}
