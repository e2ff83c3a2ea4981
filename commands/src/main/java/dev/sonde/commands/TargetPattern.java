package dev.sonde.commands;

import dev.sonde.jvm.JvmProcess;
import dev.sonde.jvm.TargetError;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which JVMs are meant: a pid ({@code 4242}, {@code host/4242}), a name ({@code -Dsonde.name}, the main class, simple or
 * qualified, or the jar with or without {@code .jar}), or a glob over these with {@code *} and {@code ?}.
 */
public record TargetPattern(String text) {

    /** Whether it may stand for several JVMs. */
    public boolean isGlob() {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
    }

    /**
     * The JVMs that are meant, never none: exactly one, or for a glob all that can be reached.
     *
     * @throws TargetError when none fits (says near names), when a name fits several (lists them), or when what fits cannot
     *     be reached (says why)
     */
    public List<JvmProcess> select(List<JvmProcess> visible) throws TargetError {
        List<JvmProcess> fitting = fitting(visible);
        if (fitting.isEmpty()) {
            throw new TargetError(noneFits(visible));
        }
        List<JvmProcess> reachable =
                fitting.stream().filter(jvm -> jvm.unreachable().isEmpty()).toList();
        if (reachable.isEmpty()) {
            JvmProcess first = fitting.get(0);
            throw new TargetError(described(first) + " cannot be reached: "
                    + first.unreachable().orElse(""));
        }
        if (reachable.size() > 1 && !isGlob()) {
            throw new TargetError("%d JVMs are called %s: %s; @PID picks one, and a glob such as @%s* runs on each"
                    .formatted(
                            reachable.size(),
                            text,
                            reachable.stream().map(TargetPattern::described).collect(Collectors.joining(", ")),
                            text));
        }
        return reachable;
    }

    /** Those of them that are meant and can be reached, be it none or several of one name. */
    public List<JvmProcess> among(List<JvmProcess> visible) {
        return fitting(visible).stream()
                .filter(jvm -> jvm.unreachable().isEmpty())
                .toList();
    }

    private List<JvmProcess> fitting(List<JvmProcess> visible) {
        if (isGlob()) {
            Pattern glob = glob();
            return matching(visible, name -> glob.matcher(name).matches());
        }
        List<JvmProcess> byPid =
                visible.stream().filter(jvm -> jvm.id().toString().equals(text)).toList();
        if (!byPid.isEmpty()) {
            return byPid;
        }
        List<JvmProcess> exact = matching(visible, text::equals);
        return exact.isEmpty() ? matching(visible, text::equalsIgnoreCase) : exact;
    }

    private static List<JvmProcess> matching(List<JvmProcess> visible, Predicate<String> fits) {
        return visible.stream()
                .filter(jvm -> names(jvm).stream().anyMatch(fits))
                .toList();
    }

    /** All that a JVM may be called by, its pid apart. */
    static Set<String> names(JvmProcess jvm) {
        Set<String> names = new LinkedHashSet<>();
        names.add(jvm.name());
        String main = jvm.command().split("\\s", 2)[0];
        names.add(main);
        if (main.endsWith(".jar")) {
            String jar = main.substring(Math.max(main.lastIndexOf('/'), main.lastIndexOf('\\')) + 1);
            names.add(jar);
            names.add(jar.substring(0, jar.length() - ".jar".length()));
        } else {
            names.add(main.substring(main.lastIndexOf('.') + 1));
        }
        names.remove("");
        return names;
    }

    private Pattern glob() {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                // Runs of stars are one star, or a long run would make matching take for ever.
                case '*' -> regex.append(i > 0 && text.charAt(i - 1) == '*' ? "" : ".*");
                case '?' -> regex.append('.');
                default -> regex.append(Pattern.quote(text.substring(i, i + 1)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private String noneFits(List<JvmProcess> visible) {
        if (text.chars().allMatch(Character::isDigit)) {
            return "no JVM with the pid " + text + "; ps lists those there are";
        }
        List<String> names = new ArrayList<>();
        visible.forEach(jvm -> names.addAll(names(jvm)));
        String near = NearNames.suffix(text, names);
        return "no JVM is called " + text + (near.isEmpty() ? "; ps lists those there are" : near);
    }

    private static String described(JvmProcess jvm) {
        return jvm.id() + " " + jvm.name();
    }
}
