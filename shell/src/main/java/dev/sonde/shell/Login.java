package dev.sonde.shell;

import dev.sonde.commands.Grant;
import dev.sonde.jvm.JvmProcess;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who somebody is and what they may: what one line of {@code authorized_keys} says. The key decides; the user name that was
 * typed to {@code ssh} is only recorded.
 *
 * @param name for the audit, the prompt and the history: {@code login="…"}, else made from the key's comment
 * @param fingerprint of the key, {@code SHA256:…}
 * @param targets globs over pids and names of JVMs; {@code *} reaches all
 * @param terminal whether a terminal is given ({@code no-pty} takes it)
 * @param pages whether the web pages are served to it ({@code no-port-forwarding} and {@code command="…"} take them)
 * @param forced the only line that this key runs, whatever is sent ({@code command="…"})
 */
record Login(
        String name,
        String fingerprint,
        Grant grant,
        List<String> targets,
        boolean terminal,
        boolean pages,
        Optional<String> forced) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,63}");

    Login {
        targets = List.copyOf(targets);
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** The same, with no more than that grant. */
    Login atMost(Grant most) {
        return new Login(name, fingerprint, most.covers(grant) ? grant : most, targets, terminal, pages, forced);
    }

    /** Whether every JVM may be reached, so that none need be looked at first. */
    boolean reachesAll() {
        return targets.contains("*");
    }

    boolean reaches(JvmProcess process) {
        return reachesAll() || reaches(process.id().pid(), process.name()) || matches(mainOf(process.command()));
    }

    boolean reaches(long pid, String jvmName) {
        return reachesAll() || matches(Long.toString(pid)) || matches(jvmName);
    }

    private boolean matches(String text) {
        return targets.stream().anyMatch(glob -> glob(glob).matcher(text).matches());
    }

    private static String mainOf(String command) {
        return command.split("\\s", 2)[0];
    }

    private static Pattern glob(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            switch (glob.charAt(i)) {
                case '*' -> regex.append(i > 0 && glob.charAt(i - 1) == '*' ? "" : ".*");
                case '?' -> regex.append('.');
                default -> regex.append(Pattern.quote(glob.substring(i, i + 1)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }
}
