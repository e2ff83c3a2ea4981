package dev.sonde.commands.threads;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import java.util.List;

/** Stacks, as the JVM prints their frames, top first. */
final class Frames {

    private static final List<String> OF_THE_JDK = List.of("java.", "jdk.", "sun.", "javax.", "com.sun.");

    /** Where the JDK's own threads begin, and ours. Names are not asked: anybody can call a thread Finalizer. */
    private static final List<String> HOUSEKEEPERS = List.of(
            "java.lang.ref.Finalizer$FinalizerThread.run(",
            "java.lang.ref.Reference$ReferenceHandler.run(",
            "jdk.internal.misc.InnocuousThread.run(",
            "dev.sonde.agent.Agent.run(");

    private Frames() {}

    /** Whether this is the stack of a thread that serves the JVM or us and not the application. */
    static boolean keepHouse(List<String> frames) {
        return frames.isEmpty()
                || frames.subList(Math.max(0, frames.size() - 3), frames.size()).stream()
                        .anyMatch(frame -> HOUSEKEEPERS.stream().anyMatch(frame::startsWith));
    }

    /** Where a thread is in its own code: the topmost frame that is not the JDK's, else the topmost. */
    static String where(List<String> frames) {
        return frames.stream()
                .filter(frame -> !ofTheJdk(frame))
                .findFirst()
                .orElseGet(() -> frames.isEmpty() ? "" : frames.get(0));
    }

    private static boolean ofTheJdk(String frame) {
        // A frame may be told with its module in front: java.base@17.0.15/java.lang.Thread.run(…).
        String name = frame.substring(frame.lastIndexOf('/', Math.max(0, frame.indexOf('('))) + 1);
        return OF_THE_JDK.stream().anyMatch(name::startsWith);
    }

    static void tell(Page page, List<String> frames, int frameCount) {
        for (String frame : frames) {
            page.line(new Text().add("    at ", Style.FAINT).add(frame, ofTheJdk(frame) ? Style.FAINT : Style.PLAIN));
        }
        if (frames.size() < frameCount) {
            page.line(new Text().add("    … " + (frameCount - frames.size()) + " more", Style.FAINT));
        }
    }

    /** {@code shop.Order.place(Order.java:42)} as {@code Order.place:42}, for where there is little room. */
    static String brief(String frame) {
        int open = frame.indexOf('(');
        if (open < 0) {
            return frame;
        }
        String[] names = frame.substring(0, open).split("\\.", -1);
        int line = frame.lastIndexOf(':');
        return (names.length > 1 ? names[names.length - 2] + "." : "")
                + names[names.length - 1]
                + (line > open ? ":" + frame.substring(line + 1).replace(")", "") : "");
    }

    static List<String> top(List<String> frames, int depth) {
        return frames.subList(0, Math.min(depth, frames.size()));
    }
}
