package dev.sonde.wire;

/** Where a loaded class comes from, and why it cannot be woven if it cannot. */
public final class ClassOrigin {

    /** As in {@link ClassEntry#id}. */
    public final int id;
    /** The location of its code source as a URL; empty where it has none (the JDK's own, generated ones). */
    public final String location;
    /** Its named module, {@code java.base@17.0.15}, without the version where it has none; empty before 9 or when unnamed. */
    public final String module;
    /** Why it cannot be woven, lower case; empty when it can. */
    public final String refusal;

    public ClassOrigin(int id, String location, String module, String refusal) {
        this.id = id;
        this.location = location;
        this.module = module;
        this.refusal = refusal;
    }

    public void write(WireWriter out) {
        out.i4(id).string(location).string(module).string(refusal);
    }

    public static ClassOrigin read(WireReader in) {
        return new ClassOrigin(in.i4(), in.string(), in.string(), in.string());
    }
}
