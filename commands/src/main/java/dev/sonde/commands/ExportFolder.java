package dev.sonde.commands;

import java.io.Closeable;
import java.io.IOException;

/** Where a login's commands may leave files on the bastion; nowhere else. */
public interface ExportFolder {

    /**
     * Begins a file, which is there under its name once it is finished, complete, and not before.
     *
     * @throws IOException when the name is none, is taken, or there is no room; says so
     */
    Export begin(String name) throws IOException;

    /** A file being written; closed without being finished, nothing is left of it. */
    interface Export extends Closeable {

        void line(String text) throws IOException;

        /** Completes it, and says where it is, for a person. */
        String finish() throws IOException;
    }
}
