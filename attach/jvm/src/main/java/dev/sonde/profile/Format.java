package dev.sonde.profile;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/** What a profile is exported as. */
public enum Format {
    /** As {@code go tool pprof} reads it, and as it is kept. */
    PPROF("pb.gz", true, true),
    COLLAPSED("collapsed", false, false),
    /** A recording as the engine wrote it; only of a profile that one is kept of. */
    JFR("jfr", true, false),
    HTML("html", false, false),
    SPEEDSCOPE("speedscope.json", false, false),
    JSON("json", false, true),
    /** The lanes of a timeline, for Perfetto and Chrome; only of a timeline. */
    PERFETTO("perfetto.json", false, false);

    private final String ending;
    private final boolean binary;
    private final boolean signed;

    Format(String ending, boolean binary, boolean signed) {
        this.ending = ending;
        this.binary = binary;
        this.signed = signed;
    }

    /** What a file of it is called behind its last dot. */
    public String ending() {
        return ending;
    }

    /** Whether it is nothing for a terminal. */
    public boolean binary() {
        return binary;
    }

    /** Whether it can hold a difference, whose values are signed. */
    public boolean signed() {
        return signed;
    }

    /** As it is typed. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Writes a profile; the stream stays open.
     *
     * @param type the index of the value that is written, by those formats that have room for one
     */
    public void write(Profile profile, int type, OutputStream out) throws IOException {
        switch (this) {
            case PPROF -> out.write(PprofFile.write(profile));
            case COLLAPSED -> CollapsedFile.write(profile, type, out);
            case HTML -> FlamePage.write(profile, type, out);
            case SPEEDSCOPE -> SpeedscopeFile.write(profile, out);
            case JSON -> JsonFile.write(profile, out);
            case JFR, PERFETTO ->
                throw new IOException("a recording is kept or it is not: it cannot be made of a profile");
        }
    }
}
