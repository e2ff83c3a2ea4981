package dev.sonde.jvm;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
 * @param tree of a trace: the calls below this one
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
        Optional<CallTree> tree) {

    public Hit(
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
            long dropped) {
        this(
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
                dropped,
                Optional.empty());
    }

    public Hit {
        names = List.copyOf(names);
        args = List.copyOf(args);
        values = List.copyOf(values);
    }

    /** This hit, with so many more before it that were not shown. */
    Hit after(long more) {
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
                dropped + more,
                tree);
    }
}
