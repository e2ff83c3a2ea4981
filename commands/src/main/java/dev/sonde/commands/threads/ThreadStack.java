package dev.sonde.commands.threads;

import dev.sonde.commands.output.Humane;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.jvm.ThreadReport.JvmThread;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** One thread with its stack. */
record ThreadStack(
        OptionalLong id,
        OptionalLong nativeId,
        String name,
        Optional<Thread.State> state,
        boolean daemon,
        boolean virtual,
        boolean carrier,
        OptionalDouble cpuPercent,
        OptionalLong allocatedBytesPerSecond,
        Optional<Duration> cpuTotalMs,
        Optional<String> waitsFor,
        Optional<String> waitsForOwner,
        List<String> holds,
        List<String> frames,
        int frameCount)
        implements Prose {

    static ThreadStack of(JvmThread thread, int depth) {
        return new ThreadStack(
                thread.id(),
                thread.nativeId(),
                thread.name(),
                thread.state(),
                thread.daemon(),
                thread.virtual(),
                thread.carrier(),
                thread.cpuPercent(),
                thread.allocatedBytesPerSecond(),
                thread.cpuTotal(),
                thread.waitsFor(),
                thread.waitsForOwner(),
                thread.holds(),
                Frames.top(thread.frames(), depth),
                thread.frames().size());
    }

    @Override
    public String type() {
        return "thread";
    }

    @Override
    public void tell(Page page) {
        Text head = new Text().add("\"" + name + "\"", Style.STRONG);
        id.ifPresent(number -> head.add(" #" + number));
        state.ifPresent(now -> head.add(" " + now.name().toLowerCase(Locale.ROOT), style(now)));
        cpuPercent.ifPresent(cpu -> head.add("  cpu " + Humane.percent(cpu)));
        allocatedBytesPerSecond.ifPresent(rate -> head.add("  alloc " + Humane.bytes(rate) + "/s"));
        head.add(virtual ? "  virtual" : daemon ? "  daemon" : "", Style.FAINT);
        head.add(carrier ? "  carrier" : "", Style.FAINT);
        page.line(head);
        if (waitsFor.isPresent()) {
            page.line(new Text()
                    .add("    waits for ", Style.WARN)
                    .add(waitsFor.get())
                    .add(waitsForOwner
                            .map(owner -> " held by \"" + owner + "\"")
                            .orElse("")));
        }
        Frames.tell(page, frames, frameCount);
        if (!holds.isEmpty()) {
            page.line(new Text().add("    holds ", Style.FAINT).add(String.join(", ", holds)));
        }
    }

    static Style style(Thread.State state) {
        return switch (state) {
            case RUNNABLE -> Style.GOOD;
            case BLOCKED -> Style.BAD;
            default -> Style.FAINT;
        };
    }
}
