package dev.sonde.shell;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sonde.commands.Debugger;
import dev.sonde.commands.output.ValueText;
import dev.sonde.jvm.Stop;
import dev.sonde.jvm.TargetId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Who ran which line on which target, and how it ended: {@code audit.jsonl}, one JSON object a line, appended to and never
 * changed. A line has two records with the same id: {@code "line"}, on the disk before anything of its output is shown,
 * and {@code "outcome"}. The file is opened for each record, so that one that was moved away or replaced is seen.
 */
final class Audit {

    /** As much of a line is kept; longer ones say how long they were. */
    static final int MOST_OF_A_LINE = 16 << 10;

    private static final Logger LOG = Logger.getLogger(Audit.class.getName());
    private static final JsonFactory JSON = new JsonFactory();

    private final Path file;
    private final String run = Long.toString(Instant.now().toEpochMilli(), 36);
    private final AtomicLong next = new AtomicLong();
    private boolean torn;

    Audit(Path file) {
        this.file = file;
    }

    /** What is known of a line before it runs. */
    record Begun(
            String login, String key, String user, String source, String session, List<String> targets, String line) {
        Begun {
            targets = List.copyOf(targets);
        }

        static Begun of(Session session, List<String> targets, String line) {
            return new Begun(
                    session.atFirst().name(),
                    session.atFirst().fingerprint(),
                    session.user(),
                    session.source(),
                    session.id(),
                    targets,
                    line);
        }
    }

    /** How a line ended. */
    record Outcome(
            int exit,
            long durationMs,
            long rows,
            long bytes,
            long dropped,
            @Nullable String error) {}

    /**
     * Writes the first record.
     *
     * @return the id of the line
     * @throws IOException when it is not on the disk: the line must not run
     */
    String begin(Begun begun) throws IOException {
        String id = run + "-" + next.incrementAndGet();
        write(json -> {
            json.writeStringField("type", "line");
            json.writeStringField("id", id);
            json.writeStringField("time", now());
            json.writeStringField("login", begun.login);
            json.writeStringField("key", begun.key);
            json.writeStringField("user", clipped(begun.user, 256));
            json.writeStringField("source", begun.source);
            json.writeStringField("session", begun.session);
            json.writeArrayFieldStart("targets");
            for (String target : begun.targets) {
                json.writeString(target);
            }
            json.writeEndArray();
            json.writeStringField("line", clipped(begun.line, MOST_OF_A_LINE));
            if (begun.line.length() > MOST_OF_A_LINE) {
                json.writeNumberField("lineLength", begun.line.length());
            }
        });
        return id;
    }

    /** Writes the second record; where it cannot, the log has it: the line has run. */
    void end(String id, Outcome outcome) {
        try {
            write(json -> {
                json.writeStringField("type", "outcome");
                json.writeStringField("id", id);
                json.writeStringField("time", now());
                json.writeNumberField("exit", outcome.exit);
                json.writeNumberField("durationMs", outcome.durationMs);
                json.writeNumberField("rows", outcome.rows);
                json.writeNumberField("bytes", outcome.bytes);
                json.writeNumberField("dropped", outcome.dropped);
                String error = outcome.error;
                if (error != null) {
                    json.writeStringField("error", clipped(error, MOST_OF_A_LINE));
                }
            });
        } catch (IOException e) {
            LOG.log(Level.SEVERE, "the outcome of line " + id + " is not in the audit", e);
        }
    }

    /** A thread stands at a breakpoint, is given a value, or goes on: {@code "stop"}, {@code "set"} and {@code "release"}. */
    private void stop(String type, Session session, TargetId target, Stop stop, Fields more) {
        try {
            write(json -> {
                json.writeStringField("type", type);
                json.writeStringField("time", now());
                json.writeStringField("login", session.atFirst().name());
                json.writeStringField("session", session.id());
                json.writeStringField("target", target.toString());
                json.writeNumberField("stop", stop.id());
                json.writeNumberField("breakpoint", stop.breakpoint());
                json.writeStringField("thread", clipped(stop.thread(), 256));
                json.writeNumberField("threadId", stop.threadId());
                json.writeStringField("at", clipped(stop.className() + "." + stop.method(), 1_000));
                if (stop.line().isPresent()) {
                    json.writeNumberField("line", stop.line().getAsInt());
                }
                more.write(json);
            });
        } catch (IOException e) {
            LOG.log(Level.SEVERE, "a stop is not in the audit", e);
        }
    }

    /** Writes down whom a session stops, for how long, and what it changes. */
    Debugger.Journal journal(Session session) {
        return new Debugger.Journal() {
            @Override
            public void stopped(TargetId target, Stop stop) {
                stop("stop", session, target, stop, json -> json.writeBooleanField("stepped", stop.stepped()));
            }

            @Override
            public void released(TargetId target, Stop stop) {
                Optional<Stop.End> end = stop.end();
                stop("release", session, target, stop, json -> {
                    if (end.isPresent()) {
                        json.writeNumberField("parkedMs", end.get().parked().toMillis());
                        json.writeStringField("cause", end.get().cause().name().toLowerCase(Locale.ROOT));
                        json.writeStringField("why", clipped(end.get().why(), 1_000));
                    }
                });
            }

            @Override
            public void changed(TargetId target, Stop stop, String variable, Stop.Changed change) {
                stop("set", session, target, stop, json -> {
                    json.writeStringField("variable", clipped(variable, 1_000));
                    json.writeStringField(
                            "before", clipped(ValueText.flat(change.before()).plain(), 1_000));
                    json.writeStringField(
                            "after", clipped(ValueText.flat(change.after()).plain(), 1_000));
                });
            }
        };
    }

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private void write(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        }
        bytes.write('\n');
        append(bytes.toByteArray());
    }

    /** One write, so that the records of two processes do not mix. */
    private synchronized void append(byte[] record) throws IOException {
        byte[] whole = record;
        if (torn) { // the rest of a record that the disk had no room for stays a line of its own
            whole = new byte[record.length + 1];
            whole[0] = '\n';
            System.arraycopy(record, 0, whole, 1, record.length);
        }
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                Home.ours())) {
            ByteBuffer buffer = ByteBuffer.wrap(whole);
            torn = true;
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            torn = false;
        } catch (IOException | UnsupportedOperationException e) {
            throw new IOException("the audit cannot be written: " + reason(e), e);
        }
    }

    private static String reason(Exception e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName().toLowerCase(Locale.ROOT) : message;
    }

    private static String clipped(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end);
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
