package dev.sonde.wire;

/** One class loader of the target. Ids hold for the life of the link; 0 is the boot loader. */
public final class LoaderEntry {

    public final int id;
    /** {@code ClassLoader.getName()} where there is one, else empty. */
    public final String name;
    /** The class of the loader; empty for the boot loader. */
    public final String type;

    public final int parent;
    /** Classes that it has defined. */
    public final int classes;

    public LoaderEntry(int id, String name, String type, int parent, int classes) {
        this.id = id;
        this.name = name;
        this.type = type;
        this.parent = parent;
        this.classes = classes;
    }

    public void write(WireWriter out) {
        out.i4(id).string(name).string(type).i4(parent).i4(classes);
    }

    public static LoaderEntry read(WireReader in) {
        return new LoaderEntry(in.i4(), in.string(), in.string(), in.i4(), in.i4());
    }
}
