package dev.sonde.shell;

import dev.sonde.commands.Cancel;
import dev.sonde.commands.FullScreen;
import dev.sonde.commands.Input;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a client sends besides the line that runs: the keys of a person, or a text on the standard input. */
final class TypedInput implements Input {

    /** As a person waits for what was typed to be seen. */
    private static final Duration LOOK = Duration.ofMillis(50);

    private final InputStream stream;
    private final Keys keys;
    private final boolean person;
    private final Optional<Screens> screens;
    private final AtomicBoolean screenTaken = new AtomicBoolean();

    /** Makes what a command that takes the whole terminal draws on. */
    interface Screens {
        FullScreen open(Keys keys, Runnable closed);
    }

    /** Gives what was typed, one byte after the other. */
    interface Keys {
        /** The next byte; -1 when none is there yet. */
        int next() throws IOException;
    }

    TypedInput(InputStream stream, Keys keys, boolean person) {
        this(stream, keys, person, Optional.empty());
    }

    /** @param screens empty where there is no terminal that can be drawn on */
    TypedInput(InputStream stream, Keys keys, boolean person, Optional<Screens> screens) {
        this.screens = screens;
        this.stream = stream;
        this.keys = keys;
        this.person = person;
    }

    @Override
    public boolean person() {
        return person;
    }

    @Override
    public boolean yes(Cancel cancel) {
        try {
            while (!cancel.cancelled()) {
                int key = keys.next();
                if (key >= 0 && !Character.isWhitespace(key)) {
                    return key == 'y' || key == 'Y';
                }
                if (key < 0 && cancel.await(LOOK)) {
                    return false;
                }
            }
        } catch (IOException e) {
            // whoever could answer has gone
        }
        return false;
    }

    @Override
    public InputStream stream() {
        return person ? InputStream.nullInputStream() : stream;
    }

    @Override
    public Optional<FullScreen> fullScreen() {
        return screens.isEmpty() || screenTaken.getAndSet(true)
                ? Optional.empty()
                : Optional.of(screens.get().open(keys, () -> screenTaken.set(false)));
    }

    @Override
    public String all(int mostBytes) throws IOException {
        if (person) {
            return "";
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] piece = new byte[8 << 10];
        for (int count = stream.read(piece); count >= 0; count = stream.read(piece)) {
            bytes.write(piece, 0, count);
            if (bytes.size() > mostBytes) {
                throw new IOException(
                        String.format(Locale.ROOT, "the standard input has more than %,d bytes", mostBytes));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
