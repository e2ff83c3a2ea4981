package dev.sonde.commands;

import java.io.IOException;

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
}
