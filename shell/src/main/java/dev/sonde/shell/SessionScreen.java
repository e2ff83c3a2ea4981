package dev.sonde.shell;

import dev.sonde.commands.Cancel;
import dev.sonde.commands.FullScreen;
import dev.sonde.commands.output.Text;
import dev.sonde.shell.TypedInput.Keys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.server.Environment;
import org.jline.terminal.Size;

/**
 * The whole terminal of an ssh session: the second screen that terminals have, so that the first is as it was afterwards. What is
 * shown is sent only when it changed, and left out when the reader is slow: the next is newer.
 *
 * <p>Sequences are those of ECMA-48 and xterm, which every terminal in {@link Terminals} but {@code dumb} understands.
 */
final class SessionScreen implements FullScreen {

    private static final String ENTER = "\u001b[?1049h\u001b[?25l\u001b[2J";
    private static final String LEAVE = "\u001b[0m\u001b[?25h\u001b[?1049l";
    private static final String BEGIN = "\u001b[H";
    private static final String REST_OF_LINE = "\u001b[K";

    /** How soon a key is seen; and how long what follows an escape may take to be one key with it. */
    private static final Duration LOOK = Duration.ofMillis(20);

    private static final int LOOKS_BEHIND_ESCAPE = 3;
    private static final int ESCAPE = 27;

    private final Outlet outlet;
    private final Environment environment;
    private final Keys keys;
    private final boolean colour;
    private final Runnable closed;
    private String shown = "";

    /** @param closed told when it is given back */
    SessionScreen(Outlet outlet, Environment environment, Keys keys, boolean colour, Runnable closed) {
        this.outlet = outlet;
        this.environment = environment;
        this.keys = keys;
        this.colour = colour;
        this.closed = closed;
        send(ENTER);
    }

    @Override
    public int columns() {
        return size().getColumns();
    }

    @Override
    public int rows() {
        return size().getRows();
    }

    private Size size() {
        return Terminals.size(environment);
    }

    @Override
    public void show(List<Text> lines) {
        Size size = size();
        StringBuilder screen = new StringBuilder(BEGIN);
        for (int row = 0; row < size.getRows(); row++) {
            Text line = row < lines.size() ? lines.get(row).cut(size.getColumns()) : new Text();
            screen.append(line.render(colour))
                    .append(line.width() < size.getColumns() ? REST_OF_LINE : "")
                    .append(row < size.getRows() - 1 ? "\r\n" : "");
        }
        if (!shown.contentEquals(screen) && send(screen.toString())) {
            shown = screen.toString();
        }
    }

    private boolean send(String text) {
        return outlet.offer(text.getBytes(StandardCharsets.UTF_8), false);
    }

    @Override
    public Optional<Key> key(Cancel cancel, Duration atMost) {
        long until = System.nanoTime() + atMost.toNanos();
        try {
            while (!cancel.cancelled() && System.nanoTime() < until) {
                int first = keys.next();
                if (first >= 0) {
                    Optional<Key> key = key(first, cancel);
                    if (key.isPresent()) {
                        return key;
                    }
                } else if (cancel.await(LOOK)) {
                    return Optional.empty();
                }
            }
        } catch (IOException e) {
            // whoever could press one has gone
        }
        return Optional.empty();
    }

    private Optional<Key> key(int first, Cancel cancel) throws IOException {
        if (first == ESCAPE) {
            return escaped(cancel);
        }
        if (first == '\r' || first == '\n') {
            return Optional.of(new Key(Key.Name.ENTER));
        }
        if (first == 127 || first == 8) {
            return Optional.of(new Key(Key.Name.BACKSPACE));
        }
        if (first < 0x80) {
            return first >= ' ' || first == 4
                    ? Optional.of(new Key(Key.Name.CHARACTER, Character.toString(first)))
                    : Optional.empty();
        }
        int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
        byte[] bytes = new byte[more + 1];
        bytes[0] = (byte) first;
        for (int i = 1; i <= more; i++) {
            bytes[i] = (byte) behind(cancel);
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.codePointCount(0, text.length()) == 1 && text.charAt(0) != '\uFFFD'
                ? Optional.of(new Key(Key.Name.CHARACTER, text))
                : Optional.empty();
    }

    /** {@code ESC [ 5 ~}, {@code ESC [ A}, {@code ESC O A}, or the key of that name. */
    private Optional<Key> escaped(Cancel cancel) throws IOException {
        int second = behind(cancel);
        if (second != '[' && second != 'O') {
            return second < 0 || second == ESCAPE ? Optional.of(new Key(Key.Name.ESCAPE)) : Optional.empty();
        }
        StringBuilder sequence = new StringBuilder();
        int next = behind(cancel);
        while (next >= 0 && (next < '@' || next > '~') && sequence.length() < 16) {
            sequence.append((char) next);
            next = behind(cancel);
        }
        return Optional.ofNullable(
                switch (next) {
                    case 'A' -> new Key(Key.Name.UP);
                    case 'B' -> new Key(Key.Name.DOWN);
                    case 'C' -> new Key(Key.Name.RIGHT);
                    case 'D' -> new Key(Key.Name.LEFT);
                    case 'H' -> new Key(Key.Name.HOME);
                    case 'F' -> new Key(Key.Name.END);
                    case '~' ->
                        switch (sequence.toString()) {
                            case "1", "7" -> new Key(Key.Name.HOME);
                            case "4", "8" -> new Key(Key.Name.END);
                            case "5" -> new Key(Key.Name.PAGE_UP);
                            case "6" -> new Key(Key.Name.PAGE_DOWN);
                            default -> null;
                        };
                    default -> null;
                });
    }

    /** The next byte of the same key; -1 when none follows. */
    private int behind(Cancel cancel) throws IOException {
        for (int look = 0; look < LOOKS_BEHIND_ESCAPE; look++) {
            int next = keys.next();
            if (next >= 0 || cancel.await(LOOK)) {
                return next;
            }
        }
        return keys.next();
    }

    @Override
    public void close() {
        boolean unused = send(LEAVE);
        closed.run();
    }
}
