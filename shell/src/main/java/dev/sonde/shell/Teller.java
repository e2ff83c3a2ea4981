package dev.sonde.shell;

import dev.sonde.commands.guard.Channel;
import dev.sonde.commands.guard.Fired;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Tells people what a guard found, in the ways that the server's owner has set: a login chooses among them, and sets none,
 * because each is a power of the bastion's. Each way has threads and a queue of its own, bounded, so that one that hangs holds up
 * no other; who finds its queue full is not told, and that is kept.
 */
final class Teller implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Teller.class.getName());
    private static final int AT_ONCE = 2;
    private static final int MOST_WAITING = 100;

    /** What is told of a way that worked. */
    static final String TOLD = "told";

    /** One of the ways. */
    interface Way {
        /**
         * Tells it, within the time that the owner allows.
         *
         * @throws IOException with why it could not, in words that a login may read
         */
        void tell(Fired fired) throws IOException, InterruptedException;
    }

    private record Door(Way way, ThreadPoolExecutor threads) {}

    private final Map<Channel, Door> doors = new EnumMap<>(Channel.class);

    Teller(Map<Channel, Way> ways) {
        ways.forEach((channel, way) -> {
            ThreadPoolExecutor threads = new ThreadPoolExecutor(
                    AT_ONCE, AT_ONCE, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), work -> {
                        Thread thread = new Thread(work, "sonde tells by " + channel.typed());
                        thread.setDaemon(true);
                        return thread;
                    });
            threads.allowCoreThreadTimeOut(true);
            doors.put(channel, new Door(way, threads));
        });
    }

    /**
     * The ways that the settings name.
     *
     * @throws StartError when the command is none, or others could change it
     */
    static Teller of(Settings settings, Home home) throws StartError {
        Map<Channel, Way> ways = new EnumMap<>(Channel.class);
        Duration patience = settings.get(Settings.GUARD_TELL_TIMEOUT);
        settings.get(Settings.GUARD_WEBHOOK)
                .ifPresent(address -> ways.put(Channel.WEBHOOK, new Webhook(address, patience)));
        settings.get(Settings.GUARD_SYSLOG).ifPresent(receiver -> ways.put(Channel.SYSLOG, new Syslog(receiver)));
        List<String> command = settings.get(Settings.GUARD_COMMAND);
        if (!command.isEmpty()) {
            Path program = Path.of(command.get(0));
            try {
                if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
                    throw new StartError("guard-command: " + program + " is no program that can be run");
                }
                if (!Home.onlyWeMayWrite(program)) {
                    throw new StartError(
                            "guard-command: " + program + " can be written by others; chmod go-w " + program);
                }
            } catch (IOException e) {
                throw new StartError("guard-command: " + program + ": " + e.getMessage(), e);
            }
            ways.put(Channel.COMMAND, new PageCommand(command, patience, home.folder()));
        }
        return new Teller(ways);
    }

    Set<Channel> channels() {
        return Set.copyOf(doors.keySet());
    }

    /**
     * Tells it by each of these ways, at the same time, and does not wait for that.
     *
     * @param done told what came of each way, in words
     */
    void tell(Fired fired, Set<Channel> by, BiConsumer<Channel, String> done) {
        for (Channel channel : by) {
            Door door = doors.get(channel);
            if (door == null) {
                done.accept(channel, "the server's owner has set no " + channel.typed());
                continue;
            }
            try {
                door.threads.execute(() -> done.accept(channel, tried(door.way, channel, fired)));
            } catch (RejectedExecutionException e) {
                done.accept(channel, "not told: " + MOST_WAITING + " others wait for it");
            }
        }
    }

    private static String tried(Way way, Channel channel, Fired fired) {
        try {
            way.tell(fired);
            return TOLD;
        } catch (IOException | RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "guard " + fired.guard() + " of " + fired.login() + ": " + channel.typed() + ": " + e);
            return "not told: " + (e instanceof IOException ? e.getMessage() : "an error of ours; it is in the log");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "not told: the server ended";
        }
    }

    @Override
    public void close() {
        doors.values().forEach(door -> door.threads.shutdownNow());
    }
}
