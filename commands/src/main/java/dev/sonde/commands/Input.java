package dev.sonde.commands;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** What comes from whoever sent a line, besides the line. */
public interface Input {

    /** Nobody is there, and nothing comes. */
    Input NONE = new Input() {
        @Override
        public boolean person() {
            return false;
        }

        @Override
        public boolean yes(Cancel cancel) {
            return false;
        }

        @Override
        public String all(int mostBytes) {
            return "";
        }
    };

    /** Whether a person at a terminal may be asked. */
    boolean person();

    /** Waits for a person's answer to what was just asked: true for y, false for any other key, or when cancelled. */
    boolean yes(Cancel cancel);

    /**
     * The standard input, to its end.
     *
     * @throws IOException when it is longer than that, or breaks off
     */
    String all(int mostBytes) throws IOException;

    /** The standard input as it comes; at its end at once where a person is at a terminal, or nobody is there. */
    default InputStream stream() {
        return InputStream.nullInputStream();
    }

    /** Takes the whole terminal of a person; empty where there is none that can do it, or another command has it. */
    default Optional<FullScreen> fullScreen() {
        return Optional.empty();
    }
}
