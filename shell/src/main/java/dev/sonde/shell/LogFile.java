package dev.sonde.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

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
            file.setFormatter(new SimpleFormatter());
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
}
