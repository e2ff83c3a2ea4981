package dev.sonde.agent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The sites of woven code by number, and what links their hooks: the JVM calls {@link #apply} on whatever thread reaches a
 * hook first. Chains that are replaced and never changed, so that linking reads them without a lock.
 */
final class Sites implements Function<Object[], @Nullable Object> {

    private static final int BUCKETS = 1024;

    /** Made with the first class that is woven, because an agent that only waits should cost nearly nothing. */
    private volatile @Nullable AtomicReferenceArray<@Nullable Chain> chains;

    /** What all hooks run that take values; there with the first breakpoint, and whether its class is still woven or not. */
    private volatile @Nullable SiteHooks takers;

    private volatile boolean closed;

    private static final class Chain {
        final SiteHooks site;
        final @Nullable Chain next;

        Chain(SiteHooks site, @Nullable Chain next) {
            this.site = site;
            this.next = next;
        }
    }

    /** Links hooks, on the thread of the application that reached one first. Null: the spy gives it one that does nothing. */
    @Override
    public @Nullable Object apply(Object[] of) {
        int hook = Shape.hook((String) of[0]);
        if (hook < 0 || closed) {
            return null;
        }
        while (true) {
            SiteHooks site = hook == Shape.TAKE ? takers : site((Integer) of[2]);
            Object linked = site == null ? null : site.link(hook, (MethodType) of[1]);
            if (site == null || linked != null) {
                return linked;
            }
        }
    }

    /** Says how values are taken. Our thread only. */
    void take(MethodHandle how) {
        SiteHooks all = new SiteHooks(0);
        @Nullable MethodHandle[] handles = new @Nullable MethodHandle[Shape.HOOKS];
        handles[Shape.TAKE] = how;
        all.point(handles, new ArrayList<>());
        takers = all;
    }

    /** Called before anything is linked. */
    void open() {
        if (chains == null) {
            chains = new AtomicReferenceArray<>(BUCKETS);
        }
    }

    private AtomicReferenceArray<@Nullable Chain> chains() {
        AtomicReferenceArray<@Nullable Chain> open = chains;
        if (open == null) {
            throw new IllegalStateException("no class is woven");
        }
        return open;
    }

    /** The site of a number, made when it is first asked for. */
    SiteHooks site(int id) {
        AtomicReferenceArray<@Nullable Chain> all = chains();
        int bucket = id & (BUCKETS - 1);
        while (true) {
            Chain head = all.get(bucket);
            for (Chain each = head; each != null; each = each.next) {
                if (each.site.id == id && !each.site.isGivenUp()) {
                    return each.site;
                }
            }
            SiteHooks site = new SiteHooks(id);
            if (all.compareAndSet(bucket, head, new Chain(site, head))) {
                return site;
            }
        }
    }

    /**
     * Forgets all sites, if no probe is on any; called when no class is woven. What still runs in a frame that was entered
     * before does nothing already, and what links there from now on begins with nothing.
     */
    void forget() {
        AtomicReferenceArray<@Nullable Chain> all = chains();
        for (int i = 0; i < BUCKETS; i++) {
            for (Chain each = all.get(i); each != null; each = each.next) {
                if (!each.site.taps.isEmpty()) {
                    return;
                }
            }
        }
        chains = new AtomicReferenceArray<>(BUCKETS);
    }

    /** Forgets the sites of code that the JVM itself has forgotten: of classes that were unwoven, or unloaded. Our thread only. */
    void sweep() {
        AtomicReferenceArray<@Nullable Chain> all = chains();
        for (int i = 0; i < BUCKETS; i++) {
            Chain head;
            Chain kept;
            boolean any;
            do {
                head = all.get(i);
                kept = null;
                any = false;
                for (Chain each = head; each != null; each = each.next) {
                    each.site.giveUp();
                    any |= each.site.isGivenUp();
                    kept = each.site.isGivenUp() ? kept : new Chain(each.site, kept);
                }
            } while (any && !all.compareAndSet(i, head, kept));
        }
    }

    /** Points every hook at nothing, for good. May be called again. */
    void close() {
        closed = true;
        AtomicReferenceArray<@Nullable Chain> last = chains;
        if (last == null) {
            return;
        }
        List<MutableCallSite> all = new ArrayList<>();
        @Nullable MethodHandle[] nothing = new @Nullable MethodHandle[Shape.HOOKS];
        SiteHooks taking = takers;
        if (taking != null) {
            taking.point(nothing, all);
        }
        for (int i = 0; i < BUCKETS; i++) {
            for (Chain each = last.get(i); each != null; each = each.next) {
                each.site.point(nothing, all);
                each.site.taps = new ArrayList<>();
            }
        }
        SiteHooks.sync(all);
    }
}
