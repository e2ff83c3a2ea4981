package dev.sonde.agent;

import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * The agent's life: one thread that speaks with the bastion ({@link Conversation}), and heals the target when it no longer
 * can.
 *
 * <p>All of the agent runs on that thread, but for what hooks run and {@link Sites#apply}, which the JVM calls when it
 * reaches a hook for the first time. However the thread ends, it ends through {@link #heal}.
 */
public final class Agent implements Runnable {

    /** The feature release of the JVM that we are in, such as 17. */
    static final int FEATURE = feature();

    private final Instrumentation instrumentation;
    private final String address;
    private final String agentToken;
    private final String bastionToken;
    private final Sites sites = new Sites();
    private final Doors doors;

    private @Nullable Link link;
    private @Nullable Conversation conversation;

    private Agent(String[] arguments, Instrumentation instrumentation) {
        this.instrumentation = instrumentation;
        this.address = arguments[2];
        this.agentToken = arguments[3];
        this.bastionToken = arguments[4];
        doors = new Doors(instrumentation, arguments[1], sites);
    }

    /**
     * Starts the agent's thread and returns. Called by {@link Bootstrap}, perhaps an older one.
     *
     * @param arguments {@code 1;JAR;ADDRESS;AGENT_TOKEN;BASTION_TOKEN}
     */
    public static void start(String arguments, Instrumentation instrumentation) {
        String[] fields = new String[5];
        int from = 0;
        for (int i = 0; i < fields.length; i++) {
            int to = i == fields.length - 1 ? arguments.length() : arguments.indexOf(';', from);
            fields[i] = arguments.substring(from, to);
            from = to + 1;
        }
        if (!fields[0].equals("1")) {
            return;
        }
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        Thread thread = new Thread(group, new Agent(fields, instrumentation), "sonde-agent");
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
    }

    @Override
    public void run() {
        try {
            Conversation now = open();
            int last = now.serve();
            heal();
            now.farewell(last);
        } catch (Throwable end) {
            // a link that is lost, a frame that is wrong, a fault of ours: all end the same way
        } finally {
            try {
                healUntilDone();
            } finally {
                Link open = link;
                if (open != null) {
                    open.close();
                }
            }
        }
    }

    private Conversation open() throws Exception {
        Link opened = new Link(address);
        link = opened;
        Conversation now = new Conversation(opened, doors, instrumentation, sites, bastionToken);
        conversation = now;
        now.hello(agentToken);
        return now;
    }

    private static int feature() {
        String version = System.getProperty("java.specification.version", "8");
        return Integer.parseInt(version.startsWith("1.") ? version.substring(2) : version);
    }

    // ---- the end

    /**
     * Heals, and again after a pause when a step failed: in a target whose heap is full any step may, and what it is full of
     * may be gone a moment later. Ends after about a minute, because a class that another agent has made unchangeable never
     * gets its bytes back; its hooks do nothing.
     */
    private void healUntilDone() {
        for (int attempt = 0; attempt < 20; attempt++) {
            try {
                if (heal()) {
                    return;
                }
            } catch (Throwable full) {
                // again, a little later
            }
            Link.sleep(Math.min(100_000_000L << attempt, 5_000_000_000L));
        }
    }

    /**
     * Leaves the target as it was: every hook does nothing, then the bytes go back, then nothing of us is reachable. Each
     * step is tried whatever the one before did. May be called again.
     *
     * @return whether every step succeeded
     */
    private boolean heal() {
        boolean healed = true;
        Conversation last = conversation;
        try {
            if (last != null) {
                last.release();
            }
        } catch (Throwable next) {
            healed = false; // their own clocks send them on
        }
        try {
            sites.close();
        } catch (Throwable next) {
            healed = false; // the bytes go back all the same
        }
        doors.leaveSpy();
        if (last != null) {
            try {
                healed &= last.weaving.restore();
            } catch (Throwable next) {
                healed = false; // the link must be closed all the same
            }
        }
        try {
            doors.close();
        } catch (Throwable next) {
            healed = false; // a jar that is still open
        }
        return healed;
    }
}
