package dev.sonde.commands.threads;

import dev.sonde.commands.output.Humane;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.jvm.ThreadReport.JvmThread;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Threads with the same stack in the same state: what finds a leak of threads.
 *
 * @param at where they are in their own code
 * @param names the first of them
 */
record AlikeThreads(
        int count,
        Optional<Thread.State> state,
        boolean virtual,
        String at,
        List<String> names,
        List<String> frames,
        int frameCount)
        implements Prose {

    private static final int MOST_NAMES = 100;

    /** @param alike at least one thread */
    static AlikeThreads of(List<JvmThread> alike, int depth) {
        JvmThread one = alike.get(0);
        return new AlikeThreads(
                alike.size(),
                alike.stream().allMatch(thread -> thread.state().equals(one.state())) ? one.state() : Optional.empty(),
                one.virtual(),
                Frames.where(one.frames()),
                alike.stream()
                        .map(JvmThread::name)
                        .filter(name -> !name.isEmpty())
                        .limit(MOST_NAMES)
                        .toList(),
                Frames.top(one.frames(), depth),
                one.frames().size());
    }

    /** Of threads that keep house: none of their frames tells anything. */
    static AlikeThreads housekeeping(List<JvmThread> threads) {
        return new AlikeThreads(
                threads.size(),
                Optional.empty(),
                false,
                "",
                threads.stream().map(JvmThread::name).limit(MOST_NAMES).toList(),
                List.of(),
                0);
    }

    @Override
    public String type() {
        return "threadGroup";
    }

    @Override
    public void tell(Page page) {
        Text head = new Text()
                .add(Humane.count(count), Style.STRONG)
                .add(virtual ? " virtual" : "")
                .add(count == 1 ? " thread" : " threads");
        state.ifPresent(now -> head.add(" " + word(now), ThreadStack.style(now)));
        head.add(at.isEmpty() ? " without frames of the application" : " at ").add(at, Style.STRONG);
        page.line(head);
        String some = ThreadName.some(names, count);
        if (!some.isEmpty()) {
            page.line(new Text().add("    " + some, Style.FAINT));
        }
        Frames.tell(page, frames, frameCount);
    }

    private String word(Thread.State now) {
        boolean parked = !frames.isEmpty()
                && (frames.get(0).contains("Unsafe.park") || frames.get(0).contains(".park"));
        return parked ? "parked" : now.name().toLowerCase(Locale.ROOT);
    }
}
