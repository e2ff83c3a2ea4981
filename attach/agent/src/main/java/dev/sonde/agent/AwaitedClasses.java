package dev.sonde.agent;

import dev.sonde.wire.Wire;
import dev.sonde.wire.WireWriter;
import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Classes that somebody waits for, by name. Our thread only. */
final class AwaitedClasses {

    private static final long SECOND = 1_000_000_000L;

    private final Instrumentation instrumentation;
    private final Weaving weaving;
    private List<Glob> awaited = new ArrayList<>();
    /** Names that have passed us, and until when their classes are looked for. */
    private final Map<String, Long> expected = new HashMap<>();

    private long nextLook;

    AwaitedClasses(Instrumentation instrumentation, Weaving weaving) {
        this.instrumentation = instrumentation;
        this.weaving = weaving;
    }

    boolean isEmpty() {
        return awaited.isEmpty();
    }

    void set(List<String> globs) {
        List<Glob> all = new ArrayList<>();
        for (int i = 0; i < globs.size(); i++) {
            all.add(new Glob(globs.get(i)));
        }
        awaited = all;
        // What is on its way is still waited for by the others.
        for (Iterator<String> each = expected.keySet().iterator(); each.hasNext(); ) {
            if (!matches(each.next())) {
                each.remove();
            }
        }
        weaving.await(!all.isEmpty());
    }

    private boolean matches(String name) {
        for (int i = 0; i < awaited.size(); i++) {
            if (awaited.get(i).matchesClass(name)) {
                return true;
            }
        }
        return false;
    }

    /** Tells of those that have loaded. A class is told of when it is really there: its name passes us before it is. */
    void look(Link link, long time) {
        PassingNames loading = weaving.loading();
        if (loading == null) {
            return;
        }
        for (String internal : loading.take()) {
            String name = internal.replace('/', '.');
            if (expected.size() < 10_000 && matches(name)) {
                expected.put(name, time + 10 * SECOND);
            }
        }
        if (loading.takeLost()) {
            link.notice(0, "so many classes loaded at once that some were not looked at");
        }
        if (expected.isEmpty() || time - nextLook < 0) {
            return;
        }
        nextLook = time + 50_000_000;
        Set<String> there = new HashSet<>();
        for (Class<?> type : instrumentation.getAllLoadedClasses()) {
            String name = type.getName();
            if (expected.containsKey(name)) {
                there.add(name);
            }
        }
        for (Iterator<Map.Entry<String, Long>> each = expected.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<String, Long> entry = each.next();
            if (there.contains(entry.getKey()) || time - entry.getValue() > 0) {
                each.remove();
            }
        }
        if (!there.isEmpty()) {
            WireWriter out = new WireWriter(256);
            out.strings(new ArrayList<>(there));
            link.send(Wire.CLASSES_LOADED, 0, out);
        }
    }
}
