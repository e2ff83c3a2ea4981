package dev.sonde.weave;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.objectweb.asm.Type;

/**
 * The lines of one method: where each can carry a hook, and what can be read there.
 *
 * @param spots in the order of the code. A line may have several: javac copies {@code finally}, a loop comes back to its
 *     head, an expression goes on below and returns
 * @param named whether the class file names variables; if not, they go by their slots, {@code slot3}
 */
public record LineMap(MethodKey method, boolean named, List<Spot> spots) {

    /**
     * The first instruction of a run of instructions of one line.
     *
     * @param index its place among the method's spots; its site is so many behind the first
     * @param hasThis whether {@code this} can be read: not in a static method, and not before {@code super()}
     * @param locals that can be read, by slot
     * @param hidden variables that are in scope and cannot be read, each with the reason, lower case
     * @param continues whether who comes here has passed another spot of the line, and is still at the same execution of it
     *     ({@link LineFlow})
     * @param settable what can be given to variables here, by slot, as descriptors: for references what the verifier knows of them,
     *     which may be less than what the source says
     * @param refusal why it can carry no hook, lower case; empty when it can
     */
    public record Spot(
            int index,
            int line,
            boolean hasThis,
            List<Local> locals,
            List<String> hidden,
            boolean continues,
            Map<Integer, String> settable,
            Optional<String> refusal) {

        public Spot {
            locals = List.copyOf(locals);
            hidden = List.copyOf(hidden);
            settable = Map.copyOf(settable);
        }

        /** One that can carry no hook. */
        static Spot refused(int index, int line, String why) {
            return new Spot(index, line, false, List.of(), List.of(), false, Map.of(), Optional.of(why));
        }

        /** This, where an execution of the line goes on. */
        Spot continuing() {
            return new Spot(index, line, hasThis, locals, hidden, true, settable, refusal);
        }

        /**
         * The hook as a descriptor of a method whose parameters are the locals; {@code this} comes before them and is not in
         * it, as in any method's.
         */
        public String descriptor() {
            StringBuilder text = new StringBuilder("(");
            locals.forEach(local -> text.append(local.descriptor));
            return text.append(")V").toString();
        }
    }

    /**
     * A variable.
     *
     * @param descriptor of its type (JVMS 4.3.2); {@code Ljava/lang/Object;} for any reference where nothing is known
     */
    public record Local(String name, String descriptor, int slot) {

        /** Its type as in source: {@code java.lang.String[]}. */
        public String type() {
            return Type.getType(descriptor).getClassName();
        }
    }

    public LineMap {
        spots = List.copyOf(spots);
    }

    /** What {@link Class#getName} gives for a reference's descriptor; empty for any object, and for primitives. */
    public static String className(String descriptor) {
        Type type = Type.getType(descriptor);
        return type.getSort() == Type.ARRAY
                ? descriptor.replace('/', '.')
                : type.getSort() == Type.OBJECT && !descriptor.equals("Ljava/lang/Object;") ? type.getClassName() : "";
    }

    /** The line of the one spot, its first instruction, of a method without line numbers. */
    public static final int UNNUMBERED = 0;

    /** The slots in which a method's arguments are when it begins. */
    static List<Integer> argumentSlots(MethodKey method, boolean isStatic) {
        List<Integer> slots = new ArrayList<>();
        int slot = isStatic ? 0 : 1;
        for (Type type : Type.getArgumentTypes(method.descriptor())) {
            slots.add(slot);
            slot += type.getSize();
        }
        return slots;
    }

    /** How many of a spot's variables are the method's arguments; they come first. */
    public int arguments(Spot spot, boolean isStatic) {
        List<Integer> slots = argumentSlots(method, isStatic);
        return (int) spot.locals().stream()
                .filter(local -> slots.contains(local.slot()))
                .count();
    }

    /** Lines that can carry a hook, in order, each once. */
    public List<Integer> lines() {
        return spots.stream()
                .filter(spot -> spot.refusal().isEmpty())
                .map(Spot::line)
                .distinct()
                .sorted()
                .toList();
    }

    /** Where a hook must be for each execution of the line to be seen once. */
    public List<Spot> at(int line) {
        List<Spot> all = spots.stream()
                .filter(spot -> spot.line() == line && spot.refusal().isEmpty())
                .toList();
        List<Spot> beginnings = all.stream().filter(spot -> !spot.continues()).toList();
        return beginnings.isEmpty() ? all : beginnings;
    }
}
