package dev.sonde.jvm;

import dev.sonde.weave.ExpressionError;
import java.util.List;
import java.util.Optional;

/** A handle on a JVM of this machine. */
final class LocalTarget implements Target {

    private final LocalJvm jvm;
    private final String owner;

    LocalTarget(LocalJvm jvm, String owner) {
        this.jvm = jvm;
        this.owner = owner;
    }

    String owner() {
        return owner;
    }

    @Override
    public TargetId id() {
        return jvm.process.id;
    }

    @Override
    public String name() {
        Optional<PerfData> perf = jvm.process.perf();
        return JvmNames.name(id().pid(), perf, JvmNames.command(id().pid(), perf));
    }

    @Override
    public boolean attached() {
        return false;
    }

    @Override
    public Optional<String> warning() {
        return Optional.empty();
    }

    @Override
    public JvmReport report() throws TargetError {
        return ReportReader.read(jvm.process, jvm.attach);
    }

    @Override
    public ThreadReport threads(ThreadQuery query) throws TargetError {
        return ThreadReader.read(jvm.process, jvm.attach, query);
    }

    @Override
    public List<LoadedClass> classes(String glob, int limit) {
        return List.of();
    }

    @Override
    public List<String> methods(LoadedClass declaring) {
        return List.of();
    }

    @Override
    public Probe arm(ProbeSpec spec, ProbeListener listener) throws TargetError, ExpressionError {
        throw new TargetError("not attached");
    }

    @Override
    public List<Probe> probes() {
        return List.of();
    }

    @Override
    public void close() {
        jvm.close(this);
    }
}
