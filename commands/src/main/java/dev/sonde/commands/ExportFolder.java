package dev.sonde.commands;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/** Where a login's commands may leave files on the bastion; nowhere else. */
public interface ExportFolder {

    /**
     * Begins a file, which is there under its name once it is finished, complete, and not before.
     *
     * @throws IOException when the name is none, is taken, or there is no room; says so
     */
    Export begin(String name) throws IOException;

    /**
     * The file of that name, to be read: complete, and in this folder.
     *
     * @throws IOException when the name is none, or there is no such file; says so
     */
    default Path find(String name) throws IOException {
        throw new IOException("there is no file " + name);
    }

    /**
     * Puts what comes into a file that is gone when it is closed.
     *
     * @throws IOException when it breaks off, or there is no room; says so
     */
    default Received receive(InputStream in) throws IOException {
        throw new IOException("nothing can be received here");
    }

    /** What came. */
    interface Received extends Closeable {
        Path file();
    }

    /** A file being written; closed without being finished, nothing is left of it. */
    interface Export extends Closeable {

        void line(String text) throws IOException;

        /** How many bytes there is room for. */
        long room();

        /** Bytes that are no lines. */
        OutputStream bytes();

        /** Completes it, and says where it is, for a person. */
        String finish() throws IOException;
    }
}
