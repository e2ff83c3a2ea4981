package dev.sonde.shell;

import java.util.Locale;
import java.util.Map;
import org.apache.sshd.server.Environment;
import org.jline.terminal.Size;
import org.jline.utils.InfoCmp;

/**
 * What a client says of its terminal, made safe. JLine runs {@code infocmp} on a terminal type that it does not know, so
 * only types whose description it carries get through to it, and these are loaded beforehand.
 */
final class Terminals {

    private static final String XTERM = "xterm-256color";
    private static final String DUMB = "dumb";

    /** From what clients send to the description that fits. */
    private static final Map<String, String> KNOWN = Map.ofEntries(
            Map.entry("xterm", "xterm"),
            Map.entry("xterm-color", "xterm"),
            Map.entry("xterm-256color", XTERM),
            Map.entry("xterm-direct", XTERM),
            Map.entry("xterm-kitty", XTERM),
            Map.entry("xterm-ghostty", XTERM),
            Map.entry("alacritty", XTERM),
            Map.entry("foot", XTERM),
            Map.entry("wezterm", XTERM),
            Map.entry("putty", "xterm"),
            Map.entry("putty-256color", XTERM),
            Map.entry("konsole", XTERM),
            Map.entry("gnome", XTERM),
            Map.entry("vte", XTERM),
            Map.entry("screen", "screen"),
            Map.entry("screen-256color", "screen-256color"),
            Map.entry("tmux", "screen"),
            Map.entry("tmux-256color", "screen-256color"),
            Map.entry("rxvt", "rxvt"),
            Map.entry("rxvt-unicode", "rxvt-unicode"),
            Map.entry("rxvt-unicode-256color", "rxvt-unicode-256color"),
            Map.entry("linux", "xterm"),
            Map.entry("vt100", "ansi"),
            Map.entry("vt102", "ansi"),
            Map.entry("vt220", "ansi"),
            Map.entry("ansi", "ansi"),
            Map.entry("dumb", DUMB));

    static final int MOST_COLUMNS = 1_000;
    private static final int MOST_ROWS = 1_000;

    private Terminals() {}

    /** Loads the descriptions, so that no session looks for one. */
    static void preload() {
        KNOWN.values().stream().distinct().forEach(type -> {
            String capabilities = InfoCmp.getDefaultInfoCmp(type);
            if (capabilities != null) {
                InfoCmp.setLoadedInfoCmp(type, capabilities);
            }
        });
    }

    /** A type that JLine has loaded: the one that was said, a relative, or {@code dumb}. */
    static String type(String said) {
        String known = KNOWN.get(said);
        if (known == null) {
            known = said.toLowerCase(Locale.ROOT).startsWith("xterm") && said.length() < 40 ? XTERM : DUMB;
        }
        return InfoCmp.getDefaultInfoCmp(known) == null ? XTERM : known;
    }

    static int columns(long said) {
        return said <= 0 || said > Integer.MAX_VALUE ? 80 : (int) Math.min(said, MOST_COLUMNS);
    }

    static int rows(long said) {
        return said <= 0 || said > Integer.MAX_VALUE ? 24 : (int) Math.min(said, MOST_ROWS);
    }

    /** The size that the channel's environment holds, which {@link SessionChannel} has clamped. */
    static Size size(Environment environment) {
        return Size.of(
                number(environment, Environment.ENV_COLUMNS, 80), number(environment, Environment.ENV_LINES, 24));
    }

    private static int number(Environment environment, String name, int otherwise) {
        String value = environment.getEnv().get(name);
        try {
            return value == null ? otherwise : Integer.parseInt(value);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
