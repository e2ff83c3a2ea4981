package dev.sonde.shell;

import dev.sonde.commands.Grant;
import dev.sonde.commands.Row;
import dev.sonde.commands.guard.Fired;
import dev.sonde.commands.output.JsonOutput;
import dev.sonde.commands.output.RowValues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one guard: {@code guards/LOGIN/NAME/} in the server's home, with {@code guard.json} (its file, and who set it when
 * with what grant), {@code fired.jsonl} (each time it came true, and what came of it) and {@code reports/}.
 */
final class GuardFolder {

    private static final Logger LOG = Logger.getLogger(GuardFolder.class.getName());
    /** Firings that are kept. */
    static final int MOST_FIRED = 200;

    private static final int MOST_LINES = 1_000;
    private static final int MOST_BYTES = 2 << 20;

    private final Home home;
    private final Path folder;
    private int lines;

    /**
     * Who set a guard, and how.
     *
     * @param fingerprint of the key that it acts for
     * @param grant that the key had then: it acts with no more
     * @param on the JVMs that it watches
     * @param stopped whether somebody has ended it
     */
    record Order(
            String name,
            String login,
            String fingerprint,
            Grant grant,
            Instant since,
            String on,
            boolean stopped,
            String text)
            implements Row {
        @Override
        public String type() {
            return "guardOrder";
        }

        Order stopped(boolean now) {
            return new Order(name, login, fingerprint, grant, since, on, now, text);
        }
    }

    GuardFolder(Home home, String login, String name) {
        this.home = home;
        this.folder = home.guards().resolve(login).resolve(name);
    }

    /** All orders that are kept; one that cannot be read is told to the log and left out. */
    static List<Order> orders(Home home) {
        List<Order> orders = new ArrayList<>();
        for (Path login : folders(home.guards())) {
            for (Path guard : folders(login)) {
                try {
                    orders.add(order(guard.resolve("guard.json")));
                } catch (IOException e) {
                    LOG.log(Level.WARNING, "the guard in " + guard + " cannot be read", e);
                }
            }
        }
        return orders;
    }

    private static List<Path> folders(Path in) {
        if (!Files.isDirectory(in)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(in)) {
            return all.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the guards in " + in + " cannot be listed", e);
            return List.of();
        }
    }

    private static Order order(Path file) throws IOException {
        Map<String, @Nullable Object> values = RowValues.parse(Files.readString(file));
        try {
            return new Order(
                    String.valueOf(values.get("name")),
                    String.valueOf(values.get("login")),
                    String.valueOf(values.get("fingerprint")),
                    Grant.valueOf(String.valueOf(values.get("grant")).toUpperCase(Locale.ROOT)),
                    OffsetDateTime.parse(String.valueOf(values.get("since"))).toInstant(),
                    String.valueOf(values.get("on")),
                    Boolean.TRUE.equals(values.get("stopped")),
                    String.valueOf(values.get("text")));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException(file + " is no guard", e);
        }
    }

    /** Keeps it, as a whole, in the place of what was kept. */
    void write(Order order) throws IOException {
        List<String> json = new ArrayList<>();
        try (JsonOutput output = new JsonOutput(json::add, unused -> {}, Optional.empty(), ZoneOffset.UTC)) {
            output.row(order);
        }
        Home.replace(home.made(folder).resolve("guard.json"), String.join("\n", json) + "\n");
    }

    /** What it found, oldest first: the last of each number counts. One that was cut off in the middle says so. */
    List<Fired> fired() {
        Map<Long, Fired> byNumber = new TreeMap<>();
        try {
            List<String> all = Files.readAllLines(firedFile(), StandardCharsets.UTF_8);
            lines = all.size();
            for (String line : all) {
                try {
                    Fired one = Fired.parse(line);
                    byNumber.put(one.number(), one);
                } catch (IOException e) {
                    LOG.log(Level.FINE, "a line of " + firedFile() + " was cut off", e);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            LOG.log(Level.WARNING, firedFile() + " cannot be read", e);
        }
        List<Fired> fired = new ArrayList<>(byNumber.values());
        return fired.subList(Math.max(0, fired.size() - MOST_FIRED), fired.size());
    }

    private Path firedFile() {
        return folder.resolve("fired.jsonl");
    }

    /**
     * Adds what is known of a firing now.
     *
     * @param all what is kept in all, should the file have become too long
     */
    synchronized void add(Fired fired, List<Fired> all) throws IOException {
        Path file = firedFile();
        home.made(folder);
        if (lines >= MOST_LINES || (Files.exists(file) && Files.size(file) > MOST_BYTES)) {
            StringBuilder text = new StringBuilder();
            List<Fired> kept = all.subList(Math.max(0, all.size() - MOST_FIRED / 2), all.size());
            kept.forEach(each -> text.append(each.json()).append('\n'));
            Home.replace(file, text.toString());
            lines = kept.size();
            return;
        }
        LineHistory.append(file, fired.json() + "\n");
        lines++;
    }

    Path reports() {
        return folder.resolve("reports");
    }

    /** @throws IOException when there is none of that name */
    List<String> report(String file) throws IOException {
        if (!file.matches("[0-9]{1,18}\\.html")) {
            throw new IOException("no report is called " + file);
        }
        return Files.readAllLines(reports().resolve(file), StandardCharsets.UTF_8);
    }

    /** Lets go of all of it. */
    void forget() throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
