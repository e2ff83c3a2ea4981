package dev.sonde.agent;

import dev.sonde.wire.Expr;
import dev.sonde.wire.ProbePlan;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Has the fields of classes listed for {@link Layouts}: of those that hits have met for the first time, and, before a probe is
 * armed, of those that its hits will hold as far as types tell, so that the first hit shows them. Our thread only.
 *
 * <p>Listing may run a class loader of the application, which may wait for a lock or a network. So it is done on a thread that
 * is not ours to lose, one at a time. What it loads, and never initialises, are types of probed methods, a few, and those of the
 * fields of classes that are in use; and nothing of a loader whose monitor threads of the application might wait for meanwhile.
 */
final class Learner {

    /** Classes looked at in one go; those that find no room are looked at when they are met. */
    private static final int MOST = 500;

    /** Of these, types whose loaded subtypes are looked at too. */
    private static final int MOST_WITH_SUBTYPES = 64;

    /** Types of probed methods that are loaded for it: their first object would come with the first hit. */
    private static final int MOST_LOADED = 20;

    private static final int LEVELS_BELOW_ASKED = 2;
    private static final int LONGEST_NAME = 500;

    private final Layouts layouts;
    private final Classes classes;
    private final Jvm jvm;
    private Map<Class<?>, Integer> expected = new LinkedHashMap<>();
    private List<Missing> missing = new ArrayList<>();
    private @Nullable Look last;

    Learner(Jvm jvm, Layouts layouts, Classes classes) {
        this.jvm = jvm;
        this.layouts = layouts;
        this.classes = classes;
    }

    /** What hits of a probe will hold at a site: as many levels as are captured. */
    void expect(ProbePlan plan, ProbePlan.Armed armed) {
        Class<?> from = classes.byId(armed.site.classId);
        if (from == null || armed.callee) {
            return;
        }
        boolean everything = armed.captures.isEmpty();
        if (plan.kind == ProbePlan.WATCH) {
            names(from, armed.site.descriptor, plan.limits.depth, expected, missing);
            names(from, armed.signature, plan.limits.depth, expected, missing);
            if (!armed.site.isStatic) {
                expect(from, everything ? 0 : plan.limits.depth);
            }
        }
        if (armed.condition != null) {
            owners(from, armed.condition, 0);
        }
        for (int i = 0; i < armed.captures.size(); i++) {
            owners(from, armed.captures.get(i), plan.limits.depth);
        }
    }

    private void expect(Class<?> type, int levels) {
        Integer before = expected.get(type);
        if (before == null || before < levels) {
            expected.put(type, levels);
        }
    }

    private void owners(Class<?> from, Expr e, int levels) {
        Class<?> owner = e.op == Expr.FIELD ? classes.loaded(from, e.owner) : null;
        if (owner != null) {
            expect(owner, levels);
        }
        if (e.op == Expr.MEMBER && e.children.get(0).op == Expr.ERROR) {
            expect(Throwable.class, levels);
        }
        for (int i = 0; i < e.children.size(); i++) {
            owners(from, e.children.get(i), levels);
        }
    }

    /** A class that is not loaded, by the name that another one has for it. */
    private static final class Missing {
        final String name;
        final Class<?> from;
        final int levels;

        Missing(String name, Class<?> from, int levels) {
            this.name = name;
            this.from = from;
            this.levels = levels;
        }
    }

    /** The classes that a descriptor or a generic signature names, but for those of the JDK's API. */
    private void names(
            Class<?> from,
            String signature,
            int levels,
            Map<Class<?>, Integer> into,
            @Nullable List<Missing> notLoaded) {
        for (int at = signature.indexOf('L'); at >= 0; at = signature.indexOf('L', at + 1)) {
            int end = at + 1;
            while (end < signature.length() && ";<:>".indexOf(signature.charAt(end)) < 0) {
                end++;
            }
            if (end - at > 1 && end - at < LONGEST_NAME && !signature.startsWith("java/", at + 1)) {
                String name = signature.substring(at + 1, end).replace('/', '.');
                Class<?> named = classes.loaded(from, name);
                if (named != null && !into.containsKey(named)) {
                    into.put(named, levels);
                } else if (named == null
                        && notLoaded != null
                        && notLoaded.size() < MOST_LOADED
                        && jvm.loadsInParallel(from.getClassLoader())) {
                    notLoaded.add(new Missing(name, from, levels));
                }
                at = end;
            }
        }
    }

    /**
     * Begins to look at what was asked for or is expected, unless the look before is still under way.
     *
     * @param millis how long its end is waited for
     * @return whether there was anything to look at
     */
    boolean look(int millis) {
        Look now = last;
        if (now == null || !now.isAlive()) {
            List<Class<?>> asked = layouts.takeAsked();
            for (int i = 0; i < asked.size(); i++) {
                expect(asked.get(i), LEVELS_BELOW_ASKED);
            }
            if (expected.isEmpty() && missing.isEmpty()) {
                last = null;
                return false;
            }
            now = new Look(expected, missing);
            expected = new LinkedHashMap<>();
            missing = new ArrayList<>();
            last = now;
            now.start();
        }
        if (millis > 0) {
            await(millis);
        }
        return true;
    }

    /** Waits so long for the look that is under way. */
    void await(int millis) {
        try {
            if (last != null) {
                last.join(millis);
            }
        } catch (InterruptedException byWhomever) {
            // then it is waited for no longer
        }
    }

    /** One look, from the classes that it begins with to those of their fields. */
    private final class Look extends Thread {

        private final Map<Class<?>, Integer> todo;
        private final List<Missing> missing;
        private final Set<Class<?>> seen = new HashSet<>();
        private int withSubtypes;

        Look(Map<Class<?>, Integer> todo, List<Missing> missing) {
            super("sonde-reader");
            this.todo = todo;
            this.missing = missing;
            setDaemon(true);
            setContextClassLoader(null);
        }

        @Override
        public void run() {
            try {
                for (int i = 0; i < missing.size(); i++) {
                    load(missing.get(i));
                }
                Class<?>[] loaded = classes.all();
                while (!todo.isEmpty() && seen.size() < MOST) {
                    Iterator<Map.Entry<Class<?>, Integer>> all = todo.entrySet().iterator();
                    Map.Entry<Class<?>, Integer> next = all.next();
                    Class<?> type = next.getKey();
                    int levels = next.getValue();
                    all.remove();
                    if (seen.add(type)) {
                        look(type, levels, loaded);
                    }
                }
            } catch (Throwable full) {
                // what is not known now is asked for when it is met again
            } finally {
                todo.clear();
                missing.clear();
                seen.clear();
            }
        }

        private void load(Missing one) {
            try {
                later(Class.forName(one.name, false, one.from.getClassLoader()), one.levels);
            } catch (ClassNotFoundException | LinkageError none) {
                // then there will be no object of it
            }
        }

        private void look(Class<?> type, int levels, Class<?>[] loaded) {
            if (!Modifier.isAbstract(type.getModifiers()) && layouts.known(type) == null && !type.isEnum()) {
                List<Declared> fields = layouts.learn(type);
                for (int i = 0; levels > 0 && i < fields.size(); i++) {
                    below(fields.get(i), levels - 1, loaded);
                }
            }
            if (!Modifier.isFinal(type.getModifiers())
                    && (type == Throwable.class || Classes.isApplications(type))
                    && withSubtypes++ < MOST_WITH_SUBTYPES) {
                for (Class<?> each : loaded) {
                    if (type.isAssignableFrom(each) && !each.isInterface() && Classes.isApplications(each)) {
                        later(each, levels);
                    }
                }
            }
        }

        private void below(Declared field, int levels, Class<?>[] loaded) {
            if (field.signature != null) {
                names(field.owner, field.signature, levels, todo, null);
            }
            Class<?> type = field.type;
            while (type != null && type.isArray()) {
                type = type.getComponentType();
            }
            if (type != null
                    && !type.isPrimitive()
                    && type != Object.class
                    && type != String.class
                    && isIn(loaded, type)) {
                later(type, levels);
            }
        }

        /** Not a class that the JVM has loaded just now, for us: there are no objects of it. */
        private boolean isIn(Class<?>[] loaded, Class<?> type) {
            for (Class<?> each : loaded) {
                if (each == type) {
                    return true;
                }
            }
            return false;
        }

        private void later(Class<?> type, int levels) {
            if (!seen.contains(type) && !todo.containsKey(type)) {
                todo.put(type, levels);
            }
        }
    }
}
