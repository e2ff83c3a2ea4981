package dev.sonde.wire;

/** One loaded class. Ids are the agent's own, hold for the life of the link, and are never reused. */
public final class ClassEntry {

    /** Can be retransformed ({@code Instrumentation.isModifiableClass}). */
    public static final int MODIFIABLE = 1;

    /** Is an interface. */
    public static final int INTERFACE = 2;

    /** Is hidden, or otherwise generated at run time by the JDK. */
    public static final int HIDDEN = 4;

    /** Woven by this agent now. */
    public static final int WOVEN = 8;

    public final int id;
    /** As {@link Class#getName()} gives it. */
    public final String name;
    /** The id of its {@link LoaderEntry}; 0 is the boot loader. */
    public final int loader;

    public final int flags;

    public ClassEntry(int id, String name, int loader, int flags) {
        this.id = id;
        this.name = name;
        this.loader = loader;
        this.flags = flags;
    }

    public boolean is(int flag) {
        return (flags & flag) != 0;
    }

    public void write(WireWriter out) {
        out.i4(id).string(name).i4(loader).i4(flags);
    }

    public static ClassEntry read(WireReader in) {
        return new ClassEntry(in.i4(), in.string(), in.i4(), in.i4());
    }
}
