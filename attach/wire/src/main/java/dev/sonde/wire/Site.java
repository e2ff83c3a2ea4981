package dev.sonde.wire;

/**
 * One method of one loaded class that carries hooks. The number is the bastion's, unique on the link, and is the second
 * static argument of each of the method's hooks.
 */
public final class Site {

    public final int id;
    /** The declaring class as {@link Class#getName()} gives it; goes into hits only through the id. */
    public final String className;

    public final int classId;
    public final String method;
    /** The method's descriptor (JVMS 4.3.3), not erased. */
    public final String descriptor;

    public final boolean isStatic;
    /** Bit i is set when argument i is to be masked because of its name. */
    public final long maskedArguments;

    public Site(
            int id,
            int classId,
            String className,
            String method,
            String descriptor,
            boolean isStatic,
            long maskedArguments) {
        this.id = id;
        this.classId = classId;
        this.className = className;
        this.method = method;
        this.descriptor = descriptor;
        this.isStatic = isStatic;
        this.maskedArguments = maskedArguments;
    }

    public boolean isConstructor() {
        return method.equals("<init>");
    }

    public void write(WireWriter out) {
        out.i4(id)
                .i4(classId)
                .string(className)
                .string(method)
                .string(descriptor)
                .bool(isStatic)
                .i8(maskedArguments);
    }

    public static Site read(WireReader in) {
        return new Site(in.i4(), in.i4(), in.string(), in.string(), in.string(), in.bool(), in.i8());
    }
}
