package dev.sonde.wire;

/**
 * One method of one loaded class that carries hooks, or one spot of one where a line begins. The number is the bastion's, unique on the link, and is the second
 * static argument of each of the method's hooks.
 */
public final class Site {

    /** {@link #line} of a spot in a class without line numbers. */
    public static final int UNNUMBERED = -1;

    /** The bit of {@link #masked} that the result has. */
    public static final long RESULT_BIT = 1L << (Long.SIZE - 1);

    public final int id;
    /** The declaring class as {@link Class#getName()} gives it; goes into hits only through the id. */
    public final String className;

    public final int classId;
    public final String method;
    /**
     * The method's descriptor (JVMS 4.3.3), not erased; of a spot one whose parameters are the local variables that its hook
     * passes.
     */
    public final String descriptor;

    /** Of a spot: whether it passes no {@code this}. */
    public final boolean isStatic;
    /**
     * Bit i is set when argument i is to be masked because of its name, the last but one when any from there on is; the last
     * when the result is, because of the method's.
     */
    public final long masked;
    /** The line of a spot; 0 for a whole method. */
    public final int line;

    public Site(
            int id, int classId, String className, String method, String descriptor, boolean isStatic, long masked) {
        this(id, classId, className, method, descriptor, isStatic, masked, 0);
    }

    public Site(
            int id,
            int classId,
            String className,
            String method,
            String descriptor,
            boolean isStatic,
            long masked,
            int line) {
        this.id = id;
        this.classId = classId;
        this.className = className;
        this.method = method;
        this.descriptor = descriptor;
        this.isStatic = isStatic;
        this.masked = masked;
        this.line = line;
    }

    /** Whether it is a spot, whose one hook is {@code line}. */
    public boolean isLine() {
        return line != 0;
    }

    /** Whether its object is not there yet when it begins. */
    public boolean isConstructor() {
        return !isLine() && method.equals("<init>");
    }

    /** The bit of {@link #masked} that an argument has. */
    public static long maskBit(int argument) {
        return 1L << Math.min(argument, Long.SIZE - 2);
    }

    public boolean masksArgument(int argument) {
        return (masked & maskBit(argument)) != 0;
    }

    public boolean masksResult() {
        return (masked & RESULT_BIT) != 0;
    }

    public void write(WireWriter out) {
        out.i4(id)
                .i4(classId)
                .string(className)
                .string(method)
                .string(descriptor)
                .bool(isStatic)
                .i8(masked)
                .i4(line);
    }

    public static Site read(WireReader in) {
        return new Site(in.i4(), in.i4(), in.string(), in.string(), in.string(), in.bool(), in.i8(), in.i4());
    }
}
