package dev.sonde.commands;

import dev.sonde.commands.output.Text;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A person's whole terminal, for a command that is moved about in with keys. Closed, it shows again what was there before. */
public interface FullScreen extends AutoCloseable {

    /** Of the terminal as it is now. */
    int columns();

    /** Of the terminal as it is now. */
    int rows();

    /** Shows these lines, cut to the terminal, in the place of what it showed. */
    void show(List<Text> lines);

    /**
     * Waits for a key.
     *
     * @param atMost after which none was pressed
     * @return empty as well when nobody wants the command any more
     */
    Optional<Key> key(Cancel cancel, Duration atMost);

    @Override
    void close();

    /**
     * What was pressed.
     *
     * @param text of {@link Name#CHARACTER}; else empty
     */
    record Key(Name name, String text) {

        public Key(Name name) {
            this(name, "");
        }

        /** The keys that are told apart; others are not told. */
        public enum Name {
            CHARACTER,
            ENTER,
            ESCAPE,
            BACKSPACE,
            UP,
            DOWN,
            LEFT,
            RIGHT,
            PAGE_UP,
            PAGE_DOWN,
            HOME,
            END
        }
    }
}
