package dev.sonde.wire;

/** How much one snapshot may hold. What is cut says so where it was cut. */
public final class Limits {

    /** Defaults that the owner of a production service would sign. */
    public static final Limits DEFAULT = new Limits(3, 20, 100, 256, 64 << 10, 2_000);

    /** Levels of objects below the value itself. */
    public final int depth;
    /** Fields shown of one object. */
    public final int fields;
    /** Elements shown of one array, collection or map. */
    public final int elements;
    /** Characters shown of one string. */
    public final int chars;
    /** Bytes of one encoded hit. */
    public final int bytes;
    /** Microseconds that capturing one hit may take. */
    public final int micros;

    public Limits(int depth, int fields, int elements, int chars, int bytes, int micros) {
        this.depth = depth;
        this.fields = fields;
        this.elements = elements;
        this.chars = chars;
        this.bytes = bytes;
        this.micros = micros;
    }

    /** These limits with another depth. */
    public Limits withDepth(int newDepth) {
        return new Limits(newDepth, fields, elements, chars, bytes, micros);
    }

    public void write(WireWriter out) {
        out.i4(depth).i4(fields).i4(elements).i4(chars).i4(bytes).i4(micros);
    }

    public static Limits read(WireReader in) {
        return new Limits(in.i4(), in.i4(), in.i4(), in.i4(), in.i4(), in.i4());
    }
}
