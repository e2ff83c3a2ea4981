package dev.sonde.commands.guard;

import java.util.Locale;

/** A way to tell people what a guard found. Which there are, and where they lead, is set by the server's owner alone. */
public enum Channel {
    WEBHOOK,
    COMMAND,
    SYSLOG;

    /** As it stands in a file. */
    public String typed() {
        return name().toLowerCase(Locale.ROOT);
    }
}
