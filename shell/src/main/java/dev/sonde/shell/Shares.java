package dev.sonde.shell;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A few threads for the work of all logins, of which one login has only so many at a time, so that its slow work leaves some to
 * others. What finds none waits, up to so many of a login; whose login had its turn longest ago is next.
 */
final class Shares implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Shares.class.getName());

    private final ExecutorService threads;
    private final int most;
    private final int mostOfOne;
    private final int mostWaiting;
    /** Of those who have work; the one whose turn was last is last. */
    private final Map<String, Share> shares = new LinkedHashMap<>();

    private int running;

    private static final class Share {
        final Queue<Runnable> waiting = new ArrayDeque<>();
        int running;
    }

    /**
     * Threads that are not there yet.
     *
     * @param name of each thread
     * @param most at a time
     * @param mostOfOne of one login at a time
     * @param mostWaiting of one login
     */
    Shares(String name, int most, int mostOfOne, int mostWaiting) {
        this.most = most;
        this.mostOfOne = mostOfOne;
        this.mostWaiting = mostWaiting;
        // Its queue holds no more than threads that are just ending make room for.
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(most, most, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, name);
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        this.threads = pool;
    }

    /** Runs what a login wants; refuses it when too much of that waits. */
    Executor of(String login) {
        return work -> add(login, work);
    }

    private synchronized void add(String login, Runnable work) {
        Share share = shares.getOrDefault(login, new Share());
        boolean place = running < most && share.running < mostOfOne;
        if (threads.isShutdown() || (!place && share.waiting.size() >= mostWaiting)) {
            throw new RejectedExecutionException("too much of " + login + " waits");
        }
        shares.putIfAbsent(login, share);
        share.waiting.add(work);
        startAll();
    }

    private void startAll() {
        for (Optional<String> next = next(); next.isPresent(); next = next()) {
            String login = next.get();
            Share share = Objects.requireNonNull(shares.remove(login));
            shares.put(login, share);
            Runnable work = share.waiting.remove();
            threads.execute(() -> run(login, work));
            running++;
            share.running++;
        }
    }

    private Optional<String> next() {
        return running >= most
                ? Optional.empty()
                : shares.entrySet().stream()
                        .filter(each -> each.getValue().running < mostOfOne
                                && !each.getValue().waiting.isEmpty())
                        .map(Map.Entry::getKey)
                        .findFirst();
    }

    private void run(String login, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "what was done for " + login + " failed", e);
        } finally {
            ended(login);
        }
    }

    private synchronized void ended(String login) {
        running--;
        Share share = shares.get(login);
        if (share != null && --share.running == 0 && share.waiting.isEmpty()) {
            shares.remove(login);
        }
        if (!threads.isShutdown()) {
            startAll();
        }
    }

    /** Begins nothing more; what runs goes on. */
    @Override
    public synchronized void close() {
        threads.shutdown();
    }
}
