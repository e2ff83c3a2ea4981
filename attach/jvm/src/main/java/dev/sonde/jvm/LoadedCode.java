package dev.sonde.jvm;

import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.source.SourceText;
import dev.sonde.wire.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/**
 * The classes that are loaded in a target: what they are, where they come from, what they hold. Asking loads the agent. All
 * methods may block as those of {@link Target} do.
 */
public interface LoadedCode {

    /**
     * What a person names classes by.
     *
     * @param glob with {@code *} and {@code ?}; without a dot it matches simple names too
     * @param loader such as {@code app}; empty for any
     */
    record ClassChoice(String glob, Optional<String> loader) {}

    /**
     * A loaded class.
     *
     * @param kind {@code class}, {@code interface} or {@code generated} (hidden, a proxy, an accessor)
     * @param origin the jar, directory or module that it comes from; empty for one that was made at run time
     * @param version of its jar (manifest, then Maven's properties) or of its module; empty where neither says
     * @param woven whether hooks of ours are in it now
     * @param refusal why no method of it can be woven; empty when some can
     * @param changes what differs between its code and its class file, if that was asked for; an empty list: nothing
     */
    record ClassReport(
            String name,
            String kind,
            String loader,
            Optional<String> origin,
            Optional<String> version,
            boolean woven,
            Optional<String> refusal,
            Optional<List<String>> changes) {}

    /**
     * Some classes.
     *
     * @param matched how many there are; more than are told of when a limit was met
     * @param scanned how many are loaded
     * @param notices what is worth saying besides
     */
    record ClassReports(int matched, int scanned, List<ClassReport> classes, List<String> notices) {}

    /**
     * A method of a loaded class.
     *
     * @param method for people: {@code place(Order, int)}
     * @param returns the simple name of what it returns
     * @param firstLine of its code, by the class file
     * @param woven whether hooks of ours are in it now
     * @param refusal why it cannot be woven; empty when it can
     */
    record MethodReport(
            String className,
            String method,
            String returns,
            String modifiers,
            OptionalInt firstLine,
            OptionalInt lastLine,
            boolean woven,
            Optional<String> refusal) {}

    /** The methods of one class, as declared, and the class. */
    record MethodReports(ClassReport declaring, List<MethodReport> methods) {}

    /**
     * A class loader.
     *
     * @param name what {@code --loader} accepts
     * @param type its class; empty for the boot loader
     * @param parent the name of the loader that it asks first; empty for the boot loader
     */
    record LoaderReport(String name, String type, Optional<String> parent, int classes) {}

    /**
     * The source of a class, or of one method of it.
     *
     * @param from where it was found, or {@code decompiled} with what
     * @param real whether it is the source that was written
     */
    record ClassSourceText(String className, Optional<String> method, String from, boolean real, SourceText text) {}

    /**
     * A variable that is in scope at a line.
     *
     * @param name {@code slot3} in a class that does not name its variables
     * @param type empty when it cannot be read
     * @param hidden why it cannot be read, lower case
     */
    record VariableReport(String name, String type, Optional<String> hidden) {}

    /**
     * A line of source.
     *
     * @param number as the class file has it; empty for one without code, and in a class without line numbers
     * @param hook whether it can carry one
     */
    record LineReport(OptionalInt number, String text, boolean hook, List<VariableReport> variables) {}

    /**
     * The lines of a method, the bodies of its lambdas among them.
     *
     * @param from where the source was found, or {@code decompiled} with what
     * @param real whether it is the source that was written
     * @param named whether the class file names variables
     */
    record LineReports(
            String className, String method, String from, boolean real, boolean named, List<LineReport> lines) {}

    /**
     * Static state of a class.
     *
     * @param values by expression, in order
     */
    record Statics(String className, String loader, Map<String, Value> values, List<String> notices) {}

    /**
     * How many objects of a class there are, and of all classes; counted without a collection of garbage.
     *
     * @param instances of the class itself, not of its subclasses
     */
    record Census(String className, long instances, long bytes, long objects, long heapBytes) {}

    /**
     * Which objects are wanted.
     *
     * @param condition over {@code this} and its fields; empty for all
     * @param expressions what to tell of each; empty for the object itself
     * @param most the most to tell of
     * @param mostStanding how long the JVM may stand still for it
     */
    record InstanceQuery(
            ClassChoice choice,
            Optional<String> condition,
            List<String> expressions,
            int most,
            Limits limits,
            Duration mostStanding) {}

    /**
     * One object.
     *
     * @param id its address, which is good for telling two of one answer apart and for nothing else
     */
    record Instance(String className, String id, Optional<Value> self, Map<String, Value> values) {}

    /**
     * Live objects of a class and its subclasses.
     *
     * @param instances how many there are
     * @param matching how many satisfy the condition
     * @param objects of all classes
     * @param dumpBytes how large the dump was that was read
     * @param stood how long the JVM stood still for it
     */
    record Instances(
            String className,
            long instances,
            long matching,
            List<Instance> found,
            long objects,
            long dumpBytes,
            Duration stood,
            List<String> notices) {}

    /**
     * Loaded classes that match.
     *
     * @param limit the most to tell of
     * @param verify whether to have the JVM hand over their code and compare it with their class files: one retransform of
     *     at most {@value #MOST_VERIFIED} classes, which changes nothing, but stops the JVM for some milliseconds and, before
     *     JDK 23, drops compiled code once
     */
    ClassReports classes(ClassChoice choice, int limit, boolean verify) throws TargetError;

    int MOST_VERIFIED = 50;

    /** The methods that one class declares and that a glob matches, those that the compiler made left out. */
    MethodReports methods(ClassChoice choice, String methodGlob) throws TargetError;

    /** All class loaders, parents before their children. */
    List<LoaderReport> loaders() throws TargetError;

    /**
     * The source of one class, with the classes inside it.
     *
     * @param method the name of a method, to see it alone, perhaps with parameter types
     * @param place a directory or archive of sources to look in alone, which the bastion's configuration must allow; empty
     *     for all that it names, and a sources jar beside the class's own
     * @param decompile whether to decompile even where the source is at hand
     * @throws TargetError when there is no such class or place, or it is beyond the decompiler
     */
    ClassSourceText source(ClassChoice choice, Optional<String> method, Optional<String> place, boolean decompile)
            throws TargetError, InterruptedException;

    /**
     * The lines of a method that can carry a hook, in its source, and what can be read at each. Parameters as of {@link
     * #source}.
     *
     * @throws TargetError when there is no such class or method, or no line of it can
     */
    LineReports lines(ClassChoice choice, String method, Optional<String> place, boolean decompile)
            throws TargetError, InterruptedException;

    /**
     * The static fields of one class, or expressions over them. Never initialises a class: one that is not is an error.
     *
     * @throws ExpressionError when an expression is wrong; nothing was read
     */
    Statics statics(ClassChoice choice, List<String> expressions, Limits limits) throws TargetError, ExpressionError;

    /** Counts the objects of one class. The JVM stands still for it: about 25 ms for each million objects. */
    Census census(ClassChoice choice) throws TargetError;

    /**
     * The live objects of one class that satisfy a condition, in a dump of the heap that is streamed to the bastion and read
     * there. The JVM collects garbage and stands still until all of its heap is written; the target's disk is not used.
     *
     * @throws ExpressionError when an expression is wrong; nothing was touched
     * @throws TargetError when there is no room or no time for it; the JVM goes on
     */
    Instances instances(InstanceQuery query, BooleanSupplier cancelled) throws TargetError, ExpressionError;
}
