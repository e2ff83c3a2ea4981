package dev.sonde.timeline;

/**
 * What has times of its own: a thread, or a part of the JVM.
 *
 * @param id JFR's, the same for one thread through a recording; negative for a part of the JVM
 * @param name untrusted
 */
public record Lane(long id, String name, Kind kind) {

    /** What a lane is of. */
    public enum Kind {
        THREAD,
        VIRTUAL,
        JVM
    }

    static final Lane PAUSES = new Lane(-1, "GC pauses", Kind.JVM);
    static final Lane CONCURRENT = new Lane(-2, "GC meanwhile", Kind.JVM);
    static final Lane SAFEPOINTS = new Lane(-3, "safepoints", Kind.JVM);
    static final Lane OPERATIONS = new Lane(-4, "VM operations", Kind.JVM);
    /** Of what no thread is told. */
    static final Lane JVM = new Lane(-5, "JVM", Kind.JVM);

    /** Below it are those of the collectors, one for each. */
    static final long COLLECTORS = -10;
}
