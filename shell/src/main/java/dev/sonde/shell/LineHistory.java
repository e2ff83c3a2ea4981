package dev.sonde.shell;

import dev.sonde.commands.Context.PastLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The lines that one login typed at its consoles: a file of its own, 0600, one {@code TIME LINE} a line. JLine's own
 * history file would be readable by others and is not made for two sessions that write at once.
 */
final class LineHistory {

    private static final Logger LOG = Logger.getLogger(LineHistory.class.getName());
    private static final int LONGEST = 4 << 10;

    private final Path file;
    private final int most;

    /** @param most lines that are kept; 0 keeps none */
    LineHistory(Path file, int most) {
        this.file = file;
        this.most = most;
    }

    /** Oldest first. */
    synchronized List<PastLine> lines() {
        List<PastLine> lines = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                int blank = line.indexOf(' ');
                if (blank > 0) {
                    lines.add(new PastLine(Instant.parse(line.substring(0, blank)), line.substring(blank + 1)));
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException | DateTimeException e) {
            LOG.log(Level.WARNING, "the history " + file + " cannot be read", e);
        }
        return List.copyOf(lines.subList(Math.max(0, lines.size() - most), lines.size()));
    }

    synchronized void add(String line) {
        if (most == 0 || line.isBlank() || line.length() > LONGEST || line.indexOf('\n') >= 0) {
            return;
        }
        try {
            append(file, Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + line + "\n");
            if (Files.size(file) > 512L * most) {
                shorten();
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the history " + file + " cannot be written", e);
        }
    }

    private void shorten() throws IOException {
        List<PastLine> kept = lines();
        Path shorter = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(shorter);
        StringBuilder text = new StringBuilder();
        for (PastLine line : kept.subList(Math.max(0, kept.size() - most / 2), kept.size())) {
            text.append(line.time()).append(' ').append(line.line()).append('\n');
        }
        append(shorter, text.toString());
        Files.move(shorter, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Adds to a file of ours, which is made when it is missing. */
    static void append(Path file, String text) throws IOException {
        try (var channel = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                Home.ours())) {
            channel.write(StandardCharsets.UTF_8.encode(text));
        }
    }
}
