package dev.sonde.commands.profile;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.profile.Frame;
import dev.sonde.timeline.Lane;
import dev.sonde.timeline.Span;
import dev.sonde.timeline.State;
import dev.sonde.timeline.Timeline;
import dev.sonde.timeline.Timeline.Pauses;
import dev.sonde.timeline.Timeline.Sum;
import dev.sonde.timeline.Timeline.ThreadTime;
import dev.sonde.timeline.Timeline.Throwing;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a timeline comes to.
 *
 * @param threads the busiest first
 * @param waits the longest first
 * @param pauses of collections, by cause
 * @param pausedPercent of the time the application stood still for collections
 * @param safepoints by what the JVM did in them
 * @param longestReachMs how long the slowest thread took to stand still for one
 * @param exceptions that were made, as the JVM counts them; those that the JIT throws without a stack are no new ones
 * @param thrownAt where they were made, the most first
 */
record TimelineRow(
        String profile,
        String about,
        Instant start,
        double durationMs,
        int threadsInAll,
        List<ThreadShare> threads,
        List<Wait> waits,
        List<Pause> pauses,
        Optional<Pause> allPauses,
        double pausedPercent,
        List<Times> safepoints,
        double longestReachMs,
        Optional<Long> allocatedBytes,
        Optional<Long> allocatedBytesPerSecond,
        List<Allocated> allocations,
        Times compilations,
        Times classLoads,
        long exceptions,
        List<Thrown> thrown,
        List<ThrownAt> thrownAt,
        List<Times> pinned,
        long virtualThreadsStarted)
        implements Prose {

    private static final int MOST_NAMES = 20;
    private static final int MOST_PLACES = 40;
    private static final int MOST_FRAMES = 40;

    /**
     * Where a thread's time went.
     *
     * @param runnableMs ready to run and without a processor, as the kernel counts it; 0 where it does not
     * @param restMs standing still with the JVM, in native code, or in waits too short to be recorded
     */
    record ThreadShare(
            String name,
            boolean virtual,
            double aliveMs,
            double runningMs,
            double runnableMs,
            double blockedMs,
            double parkedMs,
            double waitingMs,
            double sleepingMs,
            double socketMs,
            double fileMs,
            double idleMs,
            double restMs,
            Optional<Long> allocatedBytes) {

        static ThreadShare of(ThreadTime time) {
            return new ThreadShare(
                    time.lane().name(),
                    time.lane().kind() == Lane.Kind.VIRTUAL,
                    ms(time.alive()),
                    ms(time.processor()),
                    in(time, State.RUNNABLE),
                    in(time, State.BLOCKED),
                    in(time, State.PARKED),
                    in(time, State.WAITING),
                    in(time, State.SLEEPING),
                    in(time, State.SOCKET),
                    in(time, State.FILE),
                    in(time, State.IDLE),
                    ms(time.rest()),
                    time.allocatedBytes());
        }

        private static double in(ThreadTime time, State state) {
            return TimelineRow.ms(time.waited().getOrDefault(state, 0L));
        }
    }

    /**
     * One wait.
     *
     * @param holder who had the monitor last before this thread got it
     * @param notifier who ended a wait by notifying
     * @param over whether it had ended when the recording did; else it may have begun earlier than told
     */
    record Wait(
            String thread,
            String state,
            Instant start,
            double waitMs,
            Optional<String> on,
            Optional<String> holder,
            Optional<String> notifier,
            Optional<Long> bytes,
            boolean over,
            Optional<String> at,
            List<String> frames) {

        static Wait of(Span span) {
            boolean notified = span.state() == State.WAITING && !span.open();
            return new Wait(
                    span.lane().name(),
                    span.state().word(),
                    Instant.ofEpochSecond(0, span.start()),
                    ms(span.nanos()),
                    Optional.of(span.what()).filter(what -> !what.isEmpty()),
                    notified ? Optional.empty() : span.by(),
                    notified ? span.by() : Optional.empty(),
                    span.bytes() > 0 ? Optional.of(span.bytes()) : Optional.empty(),
                    !span.open(),
                    place(span.stack()).map(TimelineRow::text),
                    span.stack().stream().map(TimelineRow::text).toList());
        }

        /** The innermost frame that is not the JDK's own: where a person would look. */
        private static Optional<Frame> place(List<Frame> stack) {
            return stack.stream()
                    .filter(frame -> !frame.className().matches("(java|javax|jdk|sun)\\..*"))
                    .findFirst()
                    .or(() -> stack.stream().findFirst());
        }
    }

    /** Collections of one cause. */
    record Pause(
            String cause,
            String collector,
            long count,
            double totalMs,
            double p50Ms,
            double p95Ms,
            double p99Ms,
            double longestMs) {

        static Pause of(Pauses pauses) {
            return new Pause(
                    pauses.cause(),
                    pauses.collector(),
                    pauses.count(),
                    ms(pauses.nanos()),
                    ms(pauses.p50()),
                    ms(pauses.p95()),
                    ms(pauses.p99()),
                    ms(pauses.longest()));
        }
    }

    /** How often and how long. */
    record Times(String what, long count, double totalMs, double longestMs) {
        static Times of(Sum sum) {
            return new Times(sum.what(), sum.count(), ms(sum.nanos()), ms(sum.longest()));
        }
    }

    /** A class, and its part of what was allocated, by samples. */
    record Allocated(String className, double percent) {}

    /** A class of exceptions, and how many of it were recorded. */
    record Thrown(String className, long count) {}

    /**
     * Exceptions of a class that were made in the same place, and how many of them were recorded.
     *
     * @param frames their constructors first, then who made them
     */
    record ThrownAt(String className, long count, List<String> frames) {

        /** The same place is told once, whether its code was compiled already or not. */
        static List<ThrownAt> of(List<Throwing> throwing) {
            Map<List<String>, ThrownAt> byPlace = new LinkedHashMap<>();
            for (Throwing each : throwing) {
                List<String> frames = each.stack().stream()
                        .limit(MOST_FRAMES)
                        .map(TimelineRow::text)
                        .toList();
                byPlace.merge(
                        Stream.concat(Stream.of(each.className()), frames.stream())
                                .toList(),
                        new ThrownAt(each.className(), each.count(), frames),
                        (known, more) -> new ThrownAt(known.className, known.count + more.count, frames));
            }
            return byPlace.values().stream()
                    .sorted(Comparator.comparingLong(ThrownAt::count).reversed())
                    .limit(MOST_PLACES)
                    .toList();
        }
    }

    static TimelineRow of(Chosen chosen, Timeline timeline, int most) {
        double seconds = timeline.nanos() / 1e9;
        long weight =
                timeline.allocated().classes().stream().mapToLong(Sum::nanos).sum();
        return new TimelineRow(
                chosen.name(),
                chosen.head(),
                Instant.ofEpochSecond(0, timeline.start()),
                ms(timeline.nanos()),
                timeline.threads().size(),
                timeline.threads().stream().limit(most).map(ThreadShare::of).toList(),
                timeline.waits().stream().map(Wait::of).toList(),
                timeline.pauses().stream().map(Pause::of).toList(),
                Optional.of(timeline.allPauses())
                        .filter(pauses -> pauses.count() > 0)
                        .map(Pause::of),
                TopRow.percent(timeline.allPauses().nanos(), timeline.nanos()),
                timeline.safepoints().stream().limit(MOST_NAMES).map(Times::of).toList(),
                ms(timeline.reaching().longest()),
                timeline.allocated().bytes(),
                timeline.allocated().bytes().map(bytes -> Math.round(bytes / Math.max(seconds, 1e-9))),
                timeline.allocated().classes().stream()
                        .limit(MOST_NAMES)
                        .map(sum -> new Allocated(sum.what(), TopRow.percent(sum.nanos(), weight)))
                        .toList(),
                Times.of(timeline.compiled()),
                Times.of(timeline.loaded()),
                timeline.thrownInAll()
                        .orElse(timeline.thrown().stream().mapToLong(Sum::count).sum()),
                timeline.thrown().stream()
                        .limit(MOST_NAMES)
                        .map(sum -> new Thrown(sum.what(), sum.count()))
                        .toList(),
                ThrownAt.of(timeline.throwing()),
                timeline.pinned().stream().limit(MOST_NAMES).map(Times::of).toList(),
                timeline.virtualStarted());
    }

    private static String text(Frame frame) {
        return frame.name() + (frame.place().isEmpty() ? "" : " " + frame.place());
    }

    /** To the microsecond. */
    private static double ms(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }

    @Override
    public String type() {
        return "timeline";
    }

    @Override
    public void tell(Page page) {
        new TimelineText(page).tell(this);
    }
}
