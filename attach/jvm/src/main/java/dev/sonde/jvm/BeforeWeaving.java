package dev.sonde.jvm;

import dev.sonde.wire.Wire;
import dev.sonde.wire.WireException;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is worth telling before classes change: who is inside them, and what this JVM does then. */
final class BeforeWeaving {

    private static final int FIRST_THAT_KEEPS_COMPILED_CODE = 23;
    private static final int FIRST_THAT_KEEPS_PARAMETERS = 19;

    private final TargetId target;
    private final Link link;
    private final Links links;

    BeforeWeaving(TargetId target, Link link, Links links) {
        this.target = target;
        this.link = link;
        this.links = links;
    }

    /** Threads that are in a method as its class changes. */
    private record Inside(int threads, String method, boolean probed) {

        private static final int MOST_TOLD = 5;

        /** In one line, those methods first that a probe is wanted on. */
        static String told(List<Inside> all) {
            List<Inside> sorted = all.stream()
                    .sorted(Comparator.comparing((Inside each) -> !each.probed))
                    .toList();
            Inside first = sorted.get(0);
            StringBuilder told = new StringBuilder(first.threads == 1 ? "1 thread is" : first.threads + " threads are");
            told.append(" inside ").append(first.method);
            for (Inside each : sorted.subList(1, Math.min(sorted.size(), MOST_TOLD))) {
                told.append(", ").append(each.threads).append(" inside ").append(each.method);
            }
            if (sorted.size() > MOST_TOLD) {
                told.append(", and in ").append(sorted.size() - MOST_TOLD).append(" methods more");
            }
            return told.append(first.probed ? ": these calls are not seen, and" : ": these calls")
                    .append(" run uncompiled until they leave")
                    .toString();
        }
    }

    /** Tells it as notes of the probe. */
    void warn(ArmedProbe probe, List<Planned> planned, Set<Integer> changing) throws TargetError {
        Map<String, Set<String>> methods = new LinkedHashMap<>();
        boolean losesParameters = false;
        for (Planned each : planned) {
            // Every thread is inside java.lang.Thread, and runs next to nothing of it; so with what waits in a queue.
            TaskPoints.Role role = probe.taskPoints.get(each.chosen());
            boolean idle = each.chosen().className().equals("java.lang.Thread") || (role != null && role.isOfQueue());
            if (changing.contains(each.chosen().classId()) && !idle) {
                methods.computeIfAbsent(each.chosen().className(), name -> new LinkedHashSet<>())
                        .add(each.chosen().method().key().name());
                losesParameters |= each.chosen().hasMethodParameters();
            }
        }
        WireReader in = link.request(Wire.ON_STACK, new WireWriter(256).strings(new ArrayList<>(methods.keySet())));
        try {
            int count = in.length(12);
            List<Inside> inside = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String type = in.string();
                String method = in.string();
                int threads = in.i4();
                boolean probed = methods.getOrDefault(type, Set.of()).contains(method);
                inside.add(new Inside(threads, type + "." + method, probed));
            }
            if (!inside.isEmpty()) {
                probe.note(Inside.told(inside));
            }
        } catch (WireException e) {
            throw new TargetError("the target's answer is broken: " + e.getMessage(), e);
        }
        int feature = link.hello().feature();
        if (!links.isFirstWeaving(target)) {
            return;
        }
        if (link.hello().dropsCompiledCode() || (feature > 0 && feature < FIRST_THAT_KEEPS_COMPILED_CODE)) {
            probe.note("the first change of a class makes this JVM (before JDK 23) compile all its code anew");
        }
        if (losesParameters && feature > 0 && feature < FIRST_THAT_KEEPS_PARAMETERS) {
            probe.note("a JVM before JDK 19 forgets the parameter names that reflection tells of a class that was"
                    + " woven (JDK-8240908)");
        }
    }
}
