package dev.sonde.wire;

/** How much one snapshot may hold. What is cut says so where it was cut. */
public final class Limits {

    /** Defaults that the owner of a production service would sign. */
    public static final Limits DEFAULT = new Limits(3, 20, 100, 256, 64 << 10, 2_000, 0, 0, 0, false, 10_000, 0, 0);

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
    /** Stack frames that come with each hit; 0 for none. */
    public final int frames;
    /** Levels of calls below the traced method; for a trace alone. */
    public final int levels;
    /** Nodes of one call tree; the time of what does not fit stays with its caller. For a trace alone. */
    public final int nodes;
    /** Objects of the application as their own {@code toString} tells them, which runs the application's code. */
    public final boolean texts;
    /** Microseconds of one processor in a second that its hits may use; 0 for no budget. Goes with the plan. */
    public final int budgetMicros;
    /** Hits in a second of all probes on the target together above which this one shows none; 0 for the target's own limit. */
    public final int targetRate;
    /** Microseconds as of {@link #budgetMicros}, of all of them together, above which this one ends; 0 for the target's own. */
    public final int targetMicros;

    public Limits(int depth, int fields, int elements, int chars, int bytes, int micros) {
        this(depth, fields, elements, chars, bytes, micros, 0, 0, 0, false, 10_000, 0, 0);
    }

    private Limits(
            int depth,
            int fields,
            int elements,
            int chars,
            int bytes,
            int micros,
            int frames,
            int levels,
            int nodes,
            boolean texts,
            int budgetMicros,
            int targetRate,
            int targetMicros) {
        this.depth = depth;
        this.fields = fields;
        this.elements = elements;
        this.chars = chars;
        this.bytes = bytes;
        this.micros = micros;
        this.frames = frames;
        this.levels = levels;
        this.nodes = nodes;
        this.texts = texts;
        this.budgetMicros = budgetMicros;
        this.targetRate = targetRate;
        this.targetMicros = targetMicros;
    }

    /** These limits with another depth. */
    public Limits withDepth(int newDepth) {
        return with(newDepth, frames, levels, nodes, texts, budgetMicros, targetRate, targetMicros);
    }

    /** These limits with the stack of each hit, so many frames of it. */
    public Limits withFrames(int newFrames) {
        return with(depth, newFrames, levels, nodes, texts, budgetMicros, targetRate, targetMicros);
    }

    /** These limits for call trees. */
    public Limits withTree(int newLevels, int newNodes) {
        return with(depth, frames, newLevels, newNodes, texts, budgetMicros, targetRate, targetMicros);
    }

    /** These limits with objects of the application as text. */
    public Limits withTexts() {
        return with(depth, frames, levels, nodes, true, budgetMicros, targetRate, targetMicros);
    }

    /** These limits with another budget. */
    public Limits withBudget(int newMicros) {
        return with(depth, frames, levels, nodes, texts, newMicros, targetRate, targetMicros);
    }

    /** These limits with others for what all probes on the target do together. */
    public Limits withTarget(int newRate, int newMicros) {
        return with(depth, frames, levels, nodes, texts, budgetMicros, newRate, newMicros);
    }

    private Limits with(int d, int f, int l, int n, boolean t, int budget, int rate, int all) {
        return new Limits(d, fields, elements, chars, bytes, micros, f, l, n, t, budget, rate, all);
    }

    public void write(WireWriter out) {
        out.i4(depth)
                .i4(fields)
                .i4(elements)
                .i4(chars)
                .i4(bytes)
                .i4(micros)
                .i4(frames)
                .i4(levels)
                .i4(nodes)
                .bool(texts)
                .i4(budgetMicros)
                .i4(targetRate)
                .i4(targetMicros);
    }

    public static Limits read(WireReader in) {
        return new Limits(
                in.i4(), in.i4(), in.i4(), in.i4(), in.i4(), in.i4(), in.i4(), in.i4(), in.i4(), in.bool(), in.i4(),
                in.i4(), in.i4());
    }
}
