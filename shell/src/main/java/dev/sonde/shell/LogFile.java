package dev.sonde.shell;

import dev.sonde.commands.output.SafeText;
import java.io.IOException;
import java.nio.file.Files;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.logging.FileHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Where our own faults and the libraries' warnings go: {@code sonde.log} in the home, never a user's terminal. */
final class LogFile {

    private static final int MAX_BYTES = 8 << 20;

    /** Kept, because a logger that nobody holds forgets its level. */
    private static final Logger QUIET = Logger.getLogger("io.netty.channel.ChannelInitializer");

    private LogFile() {}

    /** From now on; what cannot be written is not logged. */
    static void open(Home home) throws StartError {
        try {
            if (!Files.exists(home.log())) {
                Files.createFile(home.log(), Home.ours());
            }
            Handler file = new FileHandler(home.log().toString().replace("%", "%%"), MAX_BYTES, 1, true);
            file.setFormatter(new OneLine());
            file.setLevel(Level.WARNING);
            LogManager.getLogManager().reset();
            Logger root = Logger.getLogger("");
            root.setLevel(Level.WARNING);
            root.addHandler(file);
            // It logs each connection that the doorkeeper refuses, with its stack.
            QUIET.setLevel(Level.OFF);
        } catch (IOException e) {
            throw new StartError("the log " + home.log() + " cannot be written: " + e.getMessage(), e);
        }
    }

    /**
     * A line for what happened, one for each cause, one for each frame. Messages may carry what a target or a client said:
     * a line end in them would make a line that we never wrote, and a control character would reach who reads the log.
     */
    static final class OneLine extends Formatter {

        private static final int MOST_CAUSES = 8;
        private static final int MOST_FRAMES = 60;
        private static final int LONGEST = 4_000;

        @Override
        public String format(LogRecord record) {
            StringBuilder text = new StringBuilder();
            line(
                    text,
                    record.getInstant().truncatedTo(ChronoUnit.MILLIS) + " " + record.getLevel() + " "
                            + record.getLoggerName() + ": " + formatMessage(record));
            Throwable why = record.getThrown();
            for (int causes = 0; why != null && causes < MOST_CAUSES; causes++, why = why.getCause()) {
                line(text, (causes == 0 ? "  " : "  because of ") + why);
                Arrays.stream(why.getStackTrace()).limit(MOST_FRAMES).forEach(frame -> line(text, "    at " + frame));
            }
            return text.toString();
        }

        private static void line(StringBuilder text, String untrusted) {
            boolean fits = untrusted.length() <= LONGEST;
            text.append(SafeText.of(fits ? untrusted : untrusted.substring(0, LONGEST)))
                    .append(fits ? "\n" : "…\n");
        }
    }
}
