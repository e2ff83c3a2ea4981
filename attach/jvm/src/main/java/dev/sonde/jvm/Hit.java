package dev.sonde.jvm;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One passage through a site.
 *
 * @param probe the probe's id
 * @param costNanos the time the call took; empty on entry
 * @param className the class that declares the method
 * @param method with parameter types: {@code place(Order, int)}
 * @param names the parameter names, numbered ones where the class file has none; as many as {@code args}
 * @param self {@code this}; empty when static, before a constructor has made it, or when expressions were asked for
 * @param args the arguments; empty when expressions were asked for
 * @param outcome result or error; empty when void or on entry
 * @param values the expressions asked for, in order
 * @param dropped hits of this probe that were not sent since the one before
 * @param more what was asked for besides
 */
public record Hit(
        int probe,
        ProbeSpec.Event event,
        Instant time,
        OptionalLong costNanos,
        long threadId,
        String thread,
        String className,
        String method,
        List<String> names,
        Optional<Value> self,
        List<Value> args,
        Optional<Value> outcome,
        List<Value> values,
        long dropped,
        More more) {

    /**
     * Where a line was hit. Then the names and arguments of the hit are the variables that could be read there.
     *
     * @param line 0 in a class without line numbers
     * @param file as the class file names it
     * @param arguments how many of the variables are the method's arguments; they come first
     * @param named whether the class file names variables; if not they are {@code slot3}
     * @param hidden what is in scope and cannot be read, each with the reason
     */
    public record Place(int line, Optional<String> file, int arguments, boolean named, List<String> hidden) {

        public Place {
            hidden = List.copyOf(hidden);
        }
    }

    /**
     * What is told of some hits.
     *
     * @param tree of a trace: the calls below this one
     * @param context the request that the thread worked for: what its libraries keep of it, by name
     * @param stack the method itself, then its callers, as far as they were asked for
     * @param stackDepth how many frames the whole stack has; empty when not all of them were looked at
     * @param call the number of a call that is told of twice, as it begins and as it ends
     * @param changed of the end of such a call: what was captured is not what it was when it began
     * @param place of a hit at a line
     */
    public record More(
            Optional<CallTree> tree,
            Map<String, String> context,
            List<CallerFrame> stack,
            OptionalInt stackDepth,
            OptionalLong call,
            boolean changed,
            Optional<Place> place) {

        public static final More NOTHING = new More(
                Optional.empty(),
                Map.of(),
                List.of(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                false,
                Optional.empty());

        public More {
            context = Collections.unmodifiableMap(new LinkedHashMap<>(context));
            stack = List.copyOf(stack);
        }
    }

    public Hit {
        names = List.copyOf(names);
        args = List.copyOf(args);
        values = List.copyOf(values);
    }

    /** This hit, with so many before it that were not shown. */
    Hit after(long unseen) {
        return new Hit(
                probe,
                event,
                time,
                costNanos,
                threadId,
                thread,
                className,
                method,
                names,
                self,
                args,
                outcome,
                values,
                dropped + unseen,
                more);
    }

    public Optional<CallTree> tree() {
        return more.tree;
    }

    public Map<String, String> context() {
        return more.context;
    }

    public List<CallerFrame> stack() {
        return more.stack;
    }

    public OptionalInt stackDepth() {
        return more.stackDepth;
    }

    public OptionalLong call() {
        return more.call;
    }

    public boolean changed() {
        return more.changed;
    }

    public Optional<Place> place() {
        return more.place;
    }

    /** Whether it was for a request that carries this value, or a W3C {@code traceparent} of this trace id. */
    public boolean isFor(String traceId) {
        return more.context.values().stream()
                .anyMatch(value ->
                        value.equals(traceId) || (value.length() == 55 && value.startsWith("-" + traceId + "-", 2)));
    }
}
