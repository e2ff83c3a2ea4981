package dev.sonde.timeline;

import dev.sonde.profile.Frame;
import dev.sonde.profile.Sample;
import dev.sonde.timeline.Timeline.Allocated;
import dev.sonde.timeline.Timeline.Pauses;
import dev.sonde.timeline.Timeline.Sum;
import dev.sonde.timeline.Timeline.ThreadTime;
import dev.sonde.timeline.Timeline.Throwing;
import dev.sonde.timeline.TimelineReader.Reach;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Adds a recording up, as it is read, into a {@link Timeline}. What it keeps is bounded: sums of each of 20,000 threads (of
 * others together), of each of 2,000 names, the first 2,000 places in which exceptions are made, the longest waits, and 200,000 pauses.
 */
public final class TimelineSums implements Events {

    private static final int MOST_THREADS = 20_000;
    private static final int MOST_NAMES = 2_000;
    private static final int MOST_PAUSES = 200_000;
    private static final Lane OTHERS = new Lane(-100, "other threads", Lane.Kind.VIRTUAL);
    private static final String OTHER_NAMES = "others";

    /** Those that had not ended and that nobody is known to hold up may just be standing there: they come after all others. */
    private static final Comparator<Span> LONGEST_LAST =
            Comparator.comparing(TimelineSums::held).thenComparing(Span::nanos);

    private static final class Sums {
        final Lane lane;
        final Map<State, Long> waited = Timeline.noTime();
        long processor;
        long held;
        long born = Long.MIN_VALUE;
        long died = Long.MAX_VALUE;
        long allocatedFirst = -1;
        long allocatedLast = -1;

        Sums(Lane lane) {
            this.lane = lane;
        }
    }

    private record Pause(long collection, long nanos) {}

    private record Cause(String collector, String cause) {}

    private record Place(String className, List<Frame> stack) {}

    private final Predicate<String> threadNames;
    private final int mostWaits;
    private final Consumer<Span> also;
    private final Map<Long, Sums> threads = new HashMap<>();
    private final Map<String, Lane> numbered = new HashMap<>();
    private final PriorityQueue<Span> waits = new PriorityQueue<>(LONGEST_LAST);
    private final List<Pause> pauses = new ArrayList<>();
    private final Map<Long, Cause> causes = new HashMap<>();
    private final Map<String, Sum> safepoints = new HashMap<>();
    private final Map<String, Sum> thrown = new HashMap<>();
    private final Map<Place, Long> throwing = new LinkedHashMap<>();
    private final Map<String, Sum> pinned = new HashMap<>();
    private final Map<String, Sum> classes = new HashMap<>();
    private Sum reaching = new Sum("", 0, 0, 0);
    private Sum compiled = new Sum("", 0, 0, 0);
    private Sum loaded = new Sum("", 0, 0, 0);
    private long virtualStarted;
    private long thrownFirst = -1;
    private long thrownLast = -1;
    private long heapBefore = -1;
    private long heapGrown;
    private long lost;

    /**
     * Sums of what is told.
     *
     * @param threadNames of which threads the times and the waits are wanted
     * @param mostWaits how many of the longest are kept
     * @param also is given each span, too
     */
    public TimelineSums(Predicate<String> threadNames, int mostWaits, Consumer<Span> also) {
        this.threadNames = threadNames;
        this.mostWaits = mostWaits;
        this.also = also;
    }

    private static boolean held(Span span) {
        return !span.open() || span.by().isPresent() || span.state() == State.BLOCKED;
    }

    @Override
    public void span(Span span) {
        also.accept(span);
        switch (span.state()) {
            case PAUSE -> {
                if (pauses.size() < MOST_PAUSES) {
                    pauses.add(new Pause(span.group(), span.nanos()));
                }
            }
            case SAFEPOINT -> count(safepoints, span.what(), span.nanos());
            case REACHING -> reaching = reaching.plus(span.nanos());
            case COMPILING -> compiled = compiled.plus(span.nanos());
            case LOADING -> loaded = loaded.plus(span.nanos());
            case THROWN -> thrown(span.what().split(":", 2)[0], span.stack());
            case PINNED -> count(pinned, span.what(), span.nanos());
            default -> {
                if (span.state().waits()) {
                    waited(span);
                }
            }
        }
    }

    private void thrown(String className, List<Frame> stack) {
        count(thrown, className, 0);
        Place place = new Place(className, stack);
        if (throwing.size() < MOST_NAMES || throwing.containsKey(place)) {
            throwing.merge(place, 1L, Long::sum);
        }
    }

    private void waited(Span span) {
        Sums sums = sums(span.lane());
        sums.waited.merge(span.state(), span.nanos(), Long::sum);
        boolean idle = span.state() == State.IDLE;
        if (!idle && held(span)) {
            sums.held += span.nanos();
        }
        boolean wanted = threadNames.test(span.lane().name())
                || span.by().filter(threadNames).isPresent();
        if (wanted && !idle) {
            waits.add(span);
            if (waits.size() > mostWaits) {
                waits.remove();
            }
        }
    }

    private Sums sums(Lane lane) {
        Sums known = threads.get(lane.id());
        if (known != null) {
            return known;
        }
        Lane kept = threads.size() < MOST_THREADS ? lane : OTHERS;
        return threads.computeIfAbsent(kept.id(), unused -> new Sums(kept));
    }

    private static void count(Map<String, Sum> sums, String what, long nanos) {
        String name = sums.size() < MOST_NAMES || sums.containsKey(what) ? what : OTHER_NAMES;
        sums.put(name, sums.getOrDefault(name, new Sum(name, 0, 0, 0)).plus(nanos));
    }

    @Override
    public void processor(Lane lane, long from, long to, long nanos) {
        sums(lane).processor += nanos;
    }

    @Override
    public void numbered(Lane lane, long number) {
        if (numbered.size() < MOST_THREADS) {
            numbered.put(Long.toString(number), lane);
        }
    }

    /**
     * Adds how long a thread was runnable and had no processor, which no recording tells.
     *
     * @param counted with the thread's number for the kernel
     * @return whose it is; empty when the recording tells of no such thread
     */
    public Optional<Lane> runnable(Sample counted) {
        Optional<Lane> lane = Optional.ofNullable(numbered.get(counted.labels().getOrDefault(Sample.NUMBER, "")));
        lane.ifPresent(of -> sums(of).waited.merge(State.RUNNABLE, counted.value(1), Long::sum));
        return lane;
    }

    @Override
    public void life(Lane lane, long at, boolean began) {
        virtualStarted += began && lane.kind() == Lane.Kind.VIRTUAL ? 1 : 0;
        if (lane.kind() == Lane.Kind.THREAD) {
            Sums sums = sums(lane);
            if (began) {
                sums.born = at;
            } else {
                sums.died = at;
            }
        }
    }

    @Override
    public void heap(long at, long usedBytes) {
        // Told before and after each collection: what lies between two is what it grew by, or what was collected.
        heapGrown += heapBefore >= 0 ? Math.max(0, usedBytes - heapBefore) : 0;
        heapBefore = usedBytes;
    }

    @Override
    public void allocated(Lane lane, long at, long bytes) {
        Sums sums = sums(lane);
        sums.allocatedFirst = sums.allocatedFirst < 0 ? bytes : Math.min(sums.allocatedFirst, bytes);
        sums.allocatedLast = Math.max(sums.allocatedLast, bytes);
    }

    @Override
    public void allocation(Lane lane, String className, long bytes) {
        count(classes, className, bytes);
    }

    @Override
    public void thrown(long at, long count) {
        thrownFirst = thrownFirst < 0 ? count : Math.min(thrownFirst, count);
        thrownLast = Math.max(thrownLast, count);
    }

    @Override
    public void cause(long collection, String collector, String cause) {
        if (causes.size() < MOST_PAUSES) {
            causes.put(collection, new Cause(collector, cause));
        }
    }

    @Override
    public void lost(long bytes) {
        lost += bytes;
    }

    /** What it comes to, once all has been told. */
    public Timeline sum(Reach reach) {
        List<ThreadTime> times = new ArrayList<>();
        long allocated = -1;
        for (Sums sums : threads.values()) {
            ThreadTime time = time(sums, reach);
            if (time.allocatedBytes().isPresent()) {
                allocated = Math.max(0, allocated) + time.allocatedBytes().get();
            }
            if (threadNames.test(sums.lane.name()) && sums.lane.kind() != Lane.Kind.JVM) {
                times.add(time);
            }
        }
        times.sort(Comparator.comparingLong(ThreadTime::busy)
                .reversed()
                .thenComparing(time -> time.lane().name())
                .thenComparing(time -> time.lane().id()));
        List<Span> longest = new ArrayList<>(waits);
        longest.sort(LONGEST_LAST.reversed());
        Optional<Long> bytes =
                allocated > 0 ? Optional.of(allocated) : heapBefore >= 0 ? Optional.of(heapGrown) : Optional.empty();
        return new Timeline(
                reach.first(),
                reach.last() - reach.first(),
                times,
                longest,
                byCause(),
                pauses("", "", pauses),
                largest(safepoints),
                reaching,
                new Allocated(bytes, largest(classes)),
                compiled,
                loaded,
                thrown.values().stream()
                        .sorted(Comparator.comparingLong(Sum::count).reversed().thenComparing(Sum::what))
                        .toList(),
                throwing.entrySet().stream()
                        .map(each -> new Throwing(each.getKey().className, each.getKey().stack, each.getValue()))
                        .sorted(Comparator.comparingLong(Throwing::count)
                                .reversed()
                                .thenComparing(Throwing::className))
                        .toList(),
                thrownFirst < 0 ? Optional.empty() : Optional.of(thrownLast - thrownFirst),
                largest(pinned),
                virtualStarted,
                lost,
                reach.cut());
    }

    private static ThreadTime time(Sums sums, Reach reach) {
        long from = Math.max(reach.first(), sums.born);
        long to = Math.min(reach.last(), sums.died);
        boolean born = sums.born >= reach.first();
        Optional<Long> allocated = sums.allocatedLast < 0
                ? Optional.empty()
                : Optional.of(sums.allocatedLast - (born ? 0 : sums.allocatedFirst));
        return new ThreadTime(sums.lane, Math.max(0, to - from), sums.processor, sums.waited, sums.held, allocated);
    }

    private List<Pauses> byCause() {
        Map<Cause, List<Pause>> byCause = new HashMap<>();
        Cause unknown = new Cause("", "not told");
        pauses.forEach(pause -> byCause.computeIfAbsent(
                        causes.getOrDefault(pause.collection, unknown), unused -> new ArrayList<>())
                .add(pause));
        List<Pauses> all = new ArrayList<>();
        byCause.forEach((cause, of) -> all.add(pauses(cause.cause, cause.collector, of)));
        all.sort(Comparator.comparingLong(Pauses::nanos).reversed());
        return all;
    }

    private static Pauses pauses(String cause, String collector, List<Pause> pauses) {
        long[] nanos = pauses.stream().mapToLong(Pause::nanos).sorted().toArray();
        return new Pauses(
                cause,
                collector,
                nanos.length,
                Arrays.stream(nanos).sum(),
                percentile(nanos, 50),
                percentile(nanos, 95),
                percentile(nanos, 99),
                percentile(nanos, 100));
    }

    /** The least that so many of a hundred do not exceed. */
    private static long percentile(long[] sorted, int percent) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.max(0, Math.ceil(percent / 100.0 * sorted.length) - 1)];
    }

    private static List<Sum> largest(Map<String, Sum> sums) {
        return sums.values().stream()
                .sorted(Comparator.comparingLong(Sum::nanos).reversed().thenComparing(Sum::what))
                .toList();
    }
}
