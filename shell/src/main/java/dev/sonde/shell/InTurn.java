package dev.sonde.shell;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Work that is done one after the other, in the order in which it came, on whatever thread there is. */
final class InTurn {

    private static final Logger LOG = Logger.getLogger(InTurn.class.getName());

    private final Executor threads;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    InTurn(Executor threads) {
        this.threads = threads;
    }

    /** Has it done when all that came before it is; does not wait for that. */
    synchronized void run(Runnable work) {
        waiting.add(work);
        if (!running) {
            threads.execute(this::runAll);
            running = true;
        }
    }

    private void runAll() {
        for (Runnable work = next(); work != null; work = next()) {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "what was to be done in turn failed", e);
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        running = !waiting.isEmpty();
        return waiting.poll();
    }
}
