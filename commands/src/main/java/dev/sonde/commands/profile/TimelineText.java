package dev.sonde.commands.profile;

import dev.sonde.commands.output.Humane;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.SafeText;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.commands.profile.TimelineRow.Pause;
import dev.sonde.commands.profile.TimelineRow.ThreadShare;
import dev.sonde.commands.profile.TimelineRow.Times;
import dev.sonde.commands.profile.TimelineRow.Wait;
import dev.sonde.timeline.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A timeline for a person: as much as one screen of 80 by 24 has room for. */
final class TimelineText {

    private static final int PIPE = 120;
    private static final int MOST_CAUSES = 2;
    private static final int MOST_CLASSES = 3;
    private static final char REST = '.';
    private static final char RUNNING = 'r';

    /** A part of a thread's time. */
    private record Share(char letter, String word, double ms, Style style) {
        static Share of(State state, double ms, Style style) {
            return new Share(state.letter(), state.word(), ms, style);
        }
    }

    private final Page page;
    private final int columns;

    TimelineText(Page page) {
        this.page = page;
        this.columns = page.columns() > 1_000 ? PIPE : page.columns();
    }

    void tell(TimelineRow row) {
        page.line(new Text().add(row.about(), Style.STRONG));
        threads(row);
        int nameRoom = Math.min(
                columns / 5,
                row.waits().stream()
                        .mapToInt(wait -> SafeText.width(SafeText.of(wait.thread())))
                        .max()
                        .orElse(0));
        row.waits().forEach(wait -> wait(wait, nameRoom));
        pauses(row);
        safepoints(row);
        allocations(row);
        others(row);
    }

    // -- threads

    private void threads(TimelineRow row) {
        if (row.threads().isEmpty()) {
            page.line("no thread of that name did anything");
            return;
        }
        page.line(new Text().add(fitting(legend(row.threads()), columns), Style.FAINT));
        int nameRoom = columns / 5;
        int barRoom = columns * 3 / 10;
        for (ThreadShare thread : row.threads()) {
            List<Share> shares = shares(thread);
            Text line = new Text().add(padded(fitting(thread.name(), nameRoom), nameRoom) + " ");
            bar(shares, thread.aliveMs(), barRoom, line);
            String rest = " "
                    + shares.stream()
                            .filter(share -> share.letter != REST && share.ms >= thread.aliveMs() / 100)
                            .sorted(Comparator.comparingDouble(Share::ms).reversed())
                            .limit(3)
                            .map(share -> percent(share.ms, thread.aliveMs()) + " " + share.word)
                            .collect(Collectors.joining(", "));
            page.line(line.add(fitting(rest, columns - nameRoom - 1 - barRoom)));
        }
        int more = row.threadsInAll() - row.threads().size();
        if (more > 0) {
            page.line(new Text()
                    .add(
                            Humane.count(more) + (more == 1 ? " thread more" : " threads more")
                                    + "; -n shows more, --thread GLOB others",
                            Style.FAINT));
        }
    }

    /** What the letters mean that may be there. */
    private static String legend(List<ThreadShare> threads) {
        Set<Character> there = threads.stream()
                .flatMap(thread -> shares(thread).stream())
                .filter(share -> share.ms > 0)
                .map(Share::letter)
                .collect(Collectors.toSet());
        return shares(threads.get(0)).stream()
                .filter(share -> there.contains(share.letter))
                .map(share -> share.letter + " " + share.word)
                .collect(Collectors.joining(" "));
    }

    private static List<Share> shares(ThreadShare thread) {
        return List.of(
                new Share(RUNNING, "running", thread.runningMs(), Style.GOOD),
                Share.of(State.RUNNABLE, thread.runnableMs(), Style.BAD),
                Share.of(State.BLOCKED, thread.blockedMs(), Style.BAD),
                Share.of(State.PARKED, thread.parkedMs(), Style.WARN),
                Share.of(State.WAITING, thread.waitingMs(), Style.WARN),
                Share.of(State.SOCKET, thread.socketMs(), Style.WARN),
                Share.of(State.FILE, thread.fileMs(), Style.WARN),
                Share.of(State.SLEEPING, thread.sleepingMs(), Style.FAINT),
                Share.of(State.IDLE, thread.idleMs(), Style.FAINT),
                new Share(REST, "rest", thread.restMs(), Style.FAINT));
    }

    /** As many letters of each as is its part; together they fill the room. */
    private static void bar(List<Share> shares, double whole, int room, Text into) {
        double done = 0;
        int used = 0;
        for (Share share : shares) {
            done += share.ms;
            int end = share.letter == REST ? room : (int) Math.round(Math.min(1, done / Math.max(whole, 1e-9)) * room);
            into.add(String.valueOf(share.letter).repeat(Math.max(0, end - used)), share.style);
            used = Math.max(used, end);
        }
    }

    // -- waits

    private void wait(Wait wait, int nameRoom) {
        String what =
                switch (wait.state()) {
                    case "blocked" -> "blocked by " + wait.holder().orElse("an unknown thread") + on(wait, " on ");
                    case "parked" ->
                        "parked" + on(wait, " on ")
                                + wait.holder()
                                        .map(holder -> ", held by " + holder)
                                        .orElse("");
                    case "waiting" ->
                        "waiting" + on(wait, " on ")
                                + wait.notifier()
                                        .map(by -> ", until notified by " + by)
                                        .orElse("");
                    case "sleeping" -> wait.state();
                    default -> wait.state() + " " + wait.on().orElse("");
                };
        String time = TopRow.right(nanos(wait.waitMs()) + (wait.over() ? "" : "+"), 8);
        Text line = new Text()
                .add(time, wait.state().equals("blocked") ? Style.BAD : Style.WARN)
                .add(" " + padded(fitting(wait.thread(), nameRoom), nameRoom) + " ");
        String at = wait.at().map(TimelineText::place).orElse("");
        int room = columns - line.width();
        String told = fitting(what, Math.max(room - SafeText.width(at) - 1, room / 2));
        line.add(told);
        page.line(line.add(at.isEmpty() ? "" : " " + fitting(at, room - SafeText.width(told) - 1), Style.FAINT));
    }

    private static String on(Wait wait, String word) {
        return wait.on().map(what -> word + simple(what)).orElse("");
    }

    /** {@code ReentrantLock$NonfairSync} of its full name. */
    private static String simple(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    /** {@code OrderService.place:36} of {@code shop.OrderService.place OrderService.java:36}. */
    private static String place(String frame) {
        String[] parts = frame.split(" ", 2);
        int method = parts[0].lastIndexOf('.');
        int type = method < 0 ? -1 : parts[0].lastIndexOf('.', method - 1);
        int line = parts.length < 2 ? -1 : parts[1].lastIndexOf(':');
        return parts[0].substring(type + 1) + (line < 0 ? "" : parts[1].substring(line));
    }

    // -- the JVM

    private void pauses(TimelineRow row) {
        if (row.allPauses().isEmpty()) {
            page.line("no garbage was collected");
            return;
        }
        Pause all = row.allPauses().get();
        page.line(new Text()
                .add(counted(all.count(), "GC pause") + ", ")
                .add(nanos(all.totalMs()) + " = " + Humane.percent(row.pausedPercent()), style(row.pausedPercent()))
                .add("; " + percentiles(all)));
        for (Pause pause :
                row.pauses().subList(0, Math.min(MOST_CAUSES, row.pauses().size()))) {
            page.line(new Text()
                    .add(fitting(
                            "  " + pause.cause() + " (" + pause.collector() + ") " + pause.count() + ", "
                                    + nanos(pause.totalMs())
                                    + (row.pauses().size() > 1 ? "; " + percentiles(pause) : ""),
                            columns)));
        }
    }

    private static String percentiles(Pause pause) {
        return "p50 " + nanos(pause.p50Ms()) + " p95 " + nanos(pause.p95Ms()) + " p99 " + nanos(pause.p99Ms()) + " max "
                + nanos(pause.longestMs());
    }

    private void safepoints(TimelineRow row) {
        if (row.safepoints().isEmpty()) {
            return;
        }
        long count = row.safepoints().stream().mapToLong(Times::count).sum();
        double total = row.safepoints().stream().mapToDouble(Times::totalMs).sum();
        String most = row.safepoints().stream()
                .limit(MOST_CLASSES)
                .map(times -> times.what() + " " + nanos(times.totalMs()))
                .collect(Collectors.joining(", "));
        page.line(fitting(
                counted(count, "safepoint") + ", " + nanos(total) + ", reached in " + nanos(row.longestReachMs())
                        + " at most: " + most,
                columns));
    }

    private void allocations(TimelineRow row) {
        if (row.allocatedBytes().isEmpty()) {
            return;
        }
        String classes = row.allocations().stream()
                .limit(MOST_CLASSES)
                .map(each -> simple(each.className()) + " " + Math.round(each.percent()) + "%")
                .collect(Collectors.joining(", "));
        page.line(fitting(
                "allocated " + Humane.bytes(row.allocatedBytes().get()) + ", "
                        + Humane.bytes(row.allocatedBytesPerSecond().orElse(0L)) + "/s"
                        + (classes.isEmpty() ? "" : ": " + classes),
                columns));
    }

    private void others(TimelineRow row) {
        List<String> told = new ArrayList<>();
        if (row.exceptions() > 0) {
            Optional<String> most =
                    row.thrown().stream().findFirst().map(first -> " (" + simple(first.className()) + ")");
            told.add(counted(row.exceptions(), "exception") + most.orElse(""));
        }
        if (row.virtualThreadsStarted() > 0) {
            told.add(counted(row.virtualThreadsStarted(), "virtual thread") + " started");
        }
        long pinned = row.pinned().stream().mapToLong(Times::count).sum();
        if (pinned > 0) {
            told.add("pinned " + Humane.count(pinned) + " times, max "
                    + nanos(row.pinned().stream()
                            .mapToDouble(Times::longestMs)
                            .max()
                            .orElse(0)));
        }
        if (row.compilations().count() > 0) {
            told.add(counted(row.compilations().count(), "compilation") + " "
                    + nanos(row.compilations().totalMs()));
        }
        if (row.classLoads().count() > 0) {
            told.add(counted(row.classLoads().count(), "slow class load") + " "
                    + nanos(row.classLoads().totalMs()));
        }
        if (!told.isEmpty()) {
            page.line(fitting(String.join(", ", told), columns));
        }
    }

    // -- words

    private static String counted(long count, String one) {
        return Humane.count(count) + " " + one + (count == 1 ? "" : "s");
    }

    private static Style style(double percent) {
        return percent >= 10 ? Style.BAD : percent >= 2 ? Style.WARN : Style.PLAIN;
    }

    private static String nanos(double ms) {
        return Humane.nanos(Math.round(ms * 1e6));
    }

    private static String percent(double part, double whole) {
        return String.format(Locale.ROOT, "%.0f%%", Math.min(100, 100 * part / Math.max(whole, 1e-9)));
    }

    private static String padded(String text, int room) {
        return text + " ".repeat(Math.max(0, room - SafeText.width(text)));
    }

    private static String fitting(String untrusted, int room) {
        return SafeText.cut(SafeText.of(untrusted), Math.max(1, room));
    }
}
