package dev.sonde.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;

/** The stack of an event, as the JDK's own reader gives it. */
public final class RecordedFrames {

    private RecordedFrames() {}

    /**
     * The frames, the innermost first; none when the event has no stack.
     *
     * @param kept gives the one of equal frames that is kept
     */
    public static List<Frame> of(RecordedEvent event, UnaryOperator<Frame> kept) {
        if (event.getStackTrace() == null) {
            return List.of();
        }
        List<Frame> stack = new ArrayList<>();
        for (RecordedFrame frame : event.getStackTrace().getFrames()) {
            Frame.Code code =
                    switch (String.valueOf(frame.getType()).toLowerCase(Locale.ROOT)) {
                        case "interpreted" -> Frame.Code.INTERPRETED;
                        case "inlined" -> Frame.Code.INLINED;
                        default -> Frame.Code.COMPILED;
                    };
            stack.add(kept.apply(RecordingReader.javaFrame(
                    frame.getMethod().getType().getName(), frame.getMethod().getName(), frame.getLineNumber(), code)));
        }
        return stack;
    }
}
