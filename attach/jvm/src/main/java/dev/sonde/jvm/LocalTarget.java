package dev.sonde.jvm;

import dev.sonde.profile.Profile;
import dev.sonde.weave.ClassModel;
import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.ExpressionNames;
import dev.sonde.weave.MethodPattern;
import dev.sonde.weave.Scope;
import dev.sonde.wire.ClassEntry;
import dev.sonde.wire.ProbePlan;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A handle on a JVM of this machine. */
final class LocalTarget implements Target {

    private final LocalJvm jvm;
    private final String owner;
    private final List<ArmedProbe> probes = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    LocalTarget(LocalJvm jvm, String owner) {
        this.jvm = jvm;
        this.owner = owner;
    }

    @Override
    public TargetId id() {
        return jvm.process.id;
    }

    @Override
    public String name() {
        return JvmNames.name(jvm.process);
    }

    @Override
    public boolean attached() {
        return jvm.attached();
    }

    @Override
    public Optional<String> warning() throws TargetError {
        requireOpen();
        return jvm.warning();
    }

    @Override
    public JvmReport report() throws TargetError {
        requireOpen();
        return ReportReader.read(jvm.process, jvm.attach);
    }

    @Override
    public JvmGauges gauges() throws TargetError {
        requireOpen();
        return JvmGauges.read(jvm.process);
    }

    @Override
    public ThreadReport threads(ThreadQuery query) throws TargetError {
        requireOpen();
        return ThreadReader.read(jvm.process, jvm.attach, query);
    }

    @Override
    public List<LoadedClass> classes(String glob, int limit) throws TargetError {
        requireOpen();
        TargetClasses classes = jvm.attach().classes();
        List<LoadedClass> loaded = new ArrayList<>();
        for (ClassEntry entry : classes.find(glob, Math.max(0, limit), 0).entries()) {
            loaded.add(new LoadedClass(
                    entry.id,
                    entry.name,
                    classes.loader(entry.loader),
                    entry.is(ClassEntry.INTERFACE),
                    entry.is(ClassEntry.MODIFIABLE),
                    entry.is(ClassEntry.WOVEN)));
        }
        loaded.sort(Comparator.comparing(LoadedClass::name).thenComparing(LoadedClass::loader));
        return loaded;
    }

    @Override
    public List<String> methods(LoadedClass declaring) throws TargetError {
        requireOpen();
        ClassModel model = jvm.attach().classes().type(declaring.id()).known(declaring.name());
        List<String> methods = new ArrayList<>();
        for (ClassModel.Method method : model.methods()) {
            boolean lambda = method.key().name().startsWith("lambda$");
            if ((lambda || !method.isSynthetic()) && !method.key().name().equals("<clinit>")) {
                methods.add(method.human());
            }
        }
        return methods;
    }

    @Override
    public List<String> names(LoadedClass declaring, String method, String chain) throws TargetError {
        requireOpen();
        TargetClasses classes = jvm.attach().classes();
        Optional<ClassModel> model = classes.type(declaring.id()).model();
        try {
            List<ClassModel.Method> fitting =
                    model.map(MethodPattern.parse(method)::matching).orElse(List.of());
            if (fitting.isEmpty()) {
                return List.of();
            }
            Scope scope =
                    new Scope(model.get(), fitting.get(0).key(), classes.source(declaring.id()), ProbePlan.ON_RETURN);
            return TargetClasses.compiling(() -> ExpressionNames.after(chain, scope));
        } catch (IllegalArgumentException | ExpressionError e) {
            return List.of(); // the method's name is not typed to its end
        }
    }

    @Override
    public LoadedCode code() {
        return new AgentCode(
                () -> {
                    requireOpen();
                    return jvm.attach();
                },
                jvm);
    }

    @Override
    public Profiling profiling() throws TargetError {
        requireOpen();
        return new Profiling() {
            @Override
            public Run start(Request request) throws TargetError {
                requireOpen();
                Run run = jvm.profiles.start(request, owner);
                if (closed) {
                    run.close(); // the session ended while this was under way
                }
                return run;
            }

            @Override
            public Profile threads() throws TargetError {
                Profile profile =
                        ThreadStacks.of(LocalTarget.this.threads(new ThreadQuery(Duration.ZERO, false)), "thread dump");
                return profile.described(profile.description().of(id().toString(), name()));
            }

            @Override
            public HeapHistogram heap(boolean live) throws TargetError {
                requireOpen();
                return HeapHistogram.of(jvm.attach, live);
            }

            @Override
            public HeapDumped dumpHeap(HeapDumpOrder order, WritableByteChannel into) throws TargetError {
                requireOpen();
                return HeapDumping.into(jvm, order, into);
            }

            @Override
            public HeapDumped dumpHeapAside(HeapDumpOrder order, WritableByteChannel into) throws TargetError {
                requireOpen();
                return HeapDumping.aside(jvm, order, into);
            }

            @Override
            public List<Run> runs() {
                return jvm.profiles.all();
            }
        };
    }

    @Override
    public Probe arm(ProbeSpec spec, ProbeListener listener) throws TargetError, ExpressionError {
        return arm(spec, Optional.empty(), listener);
    }

    @Override
    public Probe arm(ProbeSpec spec, Parking parking, StopListener listener) throws TargetError, ExpressionError {
        return arm(spec, Optional.of(parking), listener);
    }

    private Probe arm(ProbeSpec spec, Optional<Parking> parking, ProbeListener listener)
            throws TargetError, ExpressionError {
        requireOpen();
        ArmedProbe probe = jvm.attach().arm(spec, parking, listener, owner);
        probes.removeIf(ArmedProbe::ended);
        probes.add(probe);
        if (closed) {
            probe.close(); // the session ended while this was under way
        }
        return probe;
    }

    @Override
    public List<Stop> stops() {
        return jvm.probes().map(all -> all.stops().standing()).orElse(List.of());
    }

    @Override
    public List<Probe> probes() {
        return jvm.probes().map(Probes::all).orElse(List.of());
    }

    @Override
    public void close() {
        closed = true;
        // First the breakpoints: else who is sent on would stop at one again.
        probes.stream().filter(probe -> probe.parking.isPresent()).forEach(ArmedProbe::close);
        jvm.probes().ifPresent(all -> all.stops().release(owner));
        jvm.profiles.close(Optional.of(owner));
        jvm.close(this, probes);
    }

    private void requireOpen() throws TargetError {
        if (closed) {
            throw new TargetError("this session has given the target back");
        }
    }
}
