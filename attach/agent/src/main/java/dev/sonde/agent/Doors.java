package dev.sonde.agent;

import java.io.Closeable;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.sonde.SpyV2;
import java.util.ArrayList;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What we open in the JDK and must shut again: its internals, a slot of the spy, and the jar that HotSpot has put on the
 * system class path. Opened when something first needs it, because an agent that only waits does without, and costs a third
 * less. Our thread only.
 */
final class Doors {

    /** How long a jar that was taken off the class path stays open for whoever is just looking into it. */
    private static final long LINGER_NANOS = 2_000_000_000L;

    private static final long LEAST_LINGER_NANOS = 20_000_000L;

    private final Instrumentation instrumentation;
    private final String jar;
    private final Sites sites;

    private @Nullable Jvm jvm;
    private int spySlot = -1;
    private boolean forgotten;
    private long forgottenAt;
    private Collection<Closeable> openJars = new ArrayList<>();

    Doors(Instrumentation instrumentation, String jar, Sites sites) {
        this.instrumentation = instrumentation;
        this.jar = jar;
        this.sites = sites;
    }

    Jvm jvm() {
        Jvm open = jvm;
        if (open == null) {
            try {
                open = new Jvm(instrumentation);
            } catch (Exception locked) {
                throw new Refusal("this JVM does not let the agent into its internals: " + locked);
            }
            jvm = open;
        }
        if (!forgotten) {
            forgotten = true;
            forgottenAt = System.nanoTime();
            openJars = open.forgetJar(jar);
        }
        return open;
    }

    /** Where hooks of ours find us; defines the spy when no earlier agent has. */
    int spySlot() {
        if (spySlot < 0) {
            try {
                jvm().spy();
            } catch (Exception undefined) {
                throw new Refusal("the class that hooks call cannot be defined: " + undefined);
            }
            sites.open();
            spySlot = SpyV2.attach(sites);
            if (spySlot < 0) {
                throw new Refusal("the target already has probes of 16 other servers, which is the most it can");
            }
        }
        return spySlot;
    }

    /** Which classes are woven has changed: some sites may have no use any more. */
    void forgetSites(boolean all) {
        if (all) {
            sites.forget();
        } else {
            sites.sweep();
        }
    }

    /** Called now and then. */
    void tidy() {
        if (!openJars.isEmpty() && System.nanoTime() - forgottenAt > LINGER_NANOS) {
            closeJars();
        }
    }

    /** No hook is linked to us from now on. May be called again. */
    void leaveSpy() {
        if (spySlot >= 0) {
            SpyV2.detach(spySlot, sites);
            spySlot = -1;
        }
    }

    /** Shuts what was opened. May be called again. */
    void close() {
        if (!forgotten) {
            jvm();
        }
        if (!openJars.isEmpty()) {
            long lingered = System.nanoTime() - forgottenAt;
            if (lingered < LEAST_LINGER_NANOS) {
                Link.sleep(LEAST_LINGER_NANOS - lingered);
            }
            closeJars();
        }
    }

    private void closeJars() {
        for (Closeable each : openJars) {
            try {
                each.close();
            } catch (IOException e) {
                // there is nobody to tell
            }
        }
        openJars = new ArrayList<>();
    }
}
