package dev.sonde.commands.output;

import dev.sonde.commands.Row;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Rows for a person: {@link Prose} at once, others as tables, written when another type follows, when a second has passed,
 * or at the end.
 */
public final class PeopleOutput implements Printer {

    private static final int MOST_HELD_BACK = 10_000;

    private final Sink out;
    private final Sink err;
    private final Screen screen;
    private final Page page;
    private final String label;

    private final ReentrantLock lock = new ReentrantLock();
    private List<Row> heldBack = new ArrayList<>();
    private Optional<Table> table = Optional.empty();
    private Class<?> tableOf = Void.class;
    /** The last line on the terminal is progress, which the next takes the place of. */
    private boolean progressing;

    /**
     * For the lines of one command.
     *
     * @param label what stands before each line when several targets answer at once; else empty
     */
    public PeopleOutput(Sink out, Sink err, Screen screen, String label) {
        this.label = label.isEmpty() ? "" : SafeText.of(label) + " │ ";
        int taken = SafeText.width(this.label);
        this.screen = screen.columns().isEmpty()
                ? screen
                : new Screen(
                        OptionalInt.of(Math.max(20, screen.columns().getAsInt() - taken)),
                        screen.colour(),
                        screen.zone());
        this.out = out;
        this.err = err;
        this.page = new Lines();
    }

    public PeopleOutput(Sink out, Sink err, Screen screen) {
        this(out, err, screen, "");
    }

    @Override
    public void row(Row row) {
        locked(() -> take(row));
    }

    @Override
    public void notice(String text) {
        locked(() -> say(new Text().add(text, Style.WARN)));
    }

    @Override
    public void error(String message) {
        locked(() -> say(new Text().add(message, Style.BAD)));
    }

    @Override
    public void close() {
        locked(this::flush);
    }

    @Override
    public void progress(String text) {
        if (screen.columns().isPresent() && screen.colour()) {
            locked(() -> {
                Text line =
                        new Text().add(text, Style.FAINT).cut(screen.columns().getAsInt() - 1);
                write(err, label + line.render(true));
                progressing = true;
            });
        }
    }

    /** One line, in the place of the progress that is there. */
    private void write(Sink sink, String line) {
        sink.line(progressing ? "\u001b[1A\u001b[2K" + line : line);
        progressing = false;
    }

    private void locked(Runnable writing) {
        lock.lock();
        try {
            writing.run();
        } finally {
            lock.unlock();
        }
    }

    private void take(Row row) {
        if (row instanceof Prose prose) {
            flush();
            table = Optional.empty();
            tableOf = Void.class;
            prose.tell(page);
            return;
        }
        if (row.getClass() != tableOf || heldBack.size() >= MOST_HELD_BACK) {
            flush();
        }
        if (row.getClass() != tableOf) {
            tableOf = row.getClass();
            table = Optional.of(new Table(screen));
        }
        heldBack.add(row);
        if (heldBack.size() == 1) {
            flushSoon();
        }
    }

    private void flush() {
        if (heldBack.isEmpty() || table.isEmpty()) {
            return;
        }
        List<Row> rows = heldBack;
        heldBack = new ArrayList<>();
        table.get().lines(rows).forEach(line -> write(out, label + line));
    }

    private void flushSoon() {
        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(() -> {
            // The thread is everybody's: it does not wait behind a writer whose reader is slow.
            if (!lock.tryLock()) {
                flushSoon();
                return;
            }
            try {
                flush();
            } finally {
                lock.unlock();
            }
        });
    }

    private void say(Text text) {
        flush();
        for (Text line : wrapped(text)) {
            write(err, label + line.render(screen.colour()));
        }
    }

    private List<Text> wrapped(Text text) {
        if (screen.columns().isEmpty()) {
            return List.of(text);
        }
        String plain = text.toString();
        return wrapped(text, plain.length() - plain.stripLeading().length() + 4);
    }

    private List<Text> wrapped(Text text, int indent) {
        int columns = screen.columns().orElse(Integer.MAX_VALUE);
        return text.wrap(columns, Math.min(indent, columns / 2));
    }

    private final class Lines implements Page {
        @Override
        public void line(Text text) {
            write(wrapped(text));
        }

        @Override
        public void line(Text text, int indent) {
            write(screen.columns().isEmpty() ? List.of(text) : wrapped(text, indent));
        }

        private void write(List<Text> lines) {
            lines.forEach(line -> PeopleOutput.this.write(out, label + line.render(screen.colour())));
        }

        @Override
        public int columns() {
            return screen.columns().orElse(Integer.MAX_VALUE);
        }

        @Override
        public ZoneId zone() {
            return screen.zone();
        }
    }
}
