package dev.sonde.jvm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a JVM runs and what a person calls it, from its counters or else from its command line. */
final class JvmNames {

    private static final String NAME_PROPERTY = "-Dsonde.name=";

    /** Options of the launcher whose value is the next argument. */
    private static final Set<String> WITH_VALUE = Set.of(
            "-cp",
            "-classpath",
            "--class-path",
            "-p",
            "--module-path",
            "--add-modules",
            "--add-exports",
            "--add-opens",
            "--add-reads",
            "--patch-module",
            "--limit-modules",
            "--upgrade-module-path",
            "--enable-native-access",
            "--source",
            "--describe-module",
            "-d");

    private static final Pattern JAR = Pattern.compile("^(.*?\\.[jw]ar)(?:\\s.*)?$", Pattern.DOTALL);

    private JvmNames() {}

    /** The main class or jar with its arguments; empty when nothing tells. */
    static String command(long pid, Optional<JvmCounters> perf) {
        Optional<String> told = perf.flatMap(p -> p.text("sun.rt.javaCommand"));
        if (told.isPresent()) {
            return told.get();
        }
        List<String> arguments = Proc.arguments(pid);
        int main = mainIndex(arguments);
        return String.join(" ", arguments.subList(main, arguments.size()));
    }

    /** The name that was given with {@code -Dsonde.name}, else the simple main class or the jar's file name. */
    static String name(long pid, Optional<JvmCounters> perf, String command) {
        List<String> arguments = jvmArguments(pid, perf.flatMap(p -> p.text("java.rt.vmArgs")));
        for (int i = arguments.size() - 1; i >= 0; i--) {
            if (arguments.get(i).startsWith(NAME_PROPERTY) && arguments.get(i).length() > NAME_PROPERTY.length()) {
                return arguments.get(i).substring(NAME_PROPERTY.length());
            }
        }
        return simple(command);
    }

    static String name(LocalProcesses.Jvm process) {
        Optional<JvmCounters> perf = process.perf();
        return name(process.id.pid(), perf, command(process.id.pid(), perf));
    }

    static String simple(String command) {
        String first = command.split("\\s", 2)[0];
        if (!first.matches("[\\p{L}\\p{N}_$./-]*")
                || first.endsWith(".jar")
                || first.endsWith(".war")
                || first.startsWith("/")) {
            // A jar; its path may hold blanks.
            Matcher jar = JAR.matcher(command);
            String path = jar.matches() ? jar.group(1) : first;
            return path.substring(path.lastIndexOf('/') + 1);
        }
        String main = first.substring(first.lastIndexOf('/') + 1); // module/class
        String name = main.substring(main.lastIndexOf('.') + 1);
        return name.isEmpty() ? "java" : name;
    }

    /**
     * What was given before the main class. The JVM tells it as one line, in which a blank may belong to an argument; the
     * command line of the process settles it when the two agree.
     *
     * @param told the JVM's own line, which also has what came by files and the environment
     */
    static List<String> jvmArguments(long pid, Optional<String> told) {
        List<String> all = Proc.arguments(pid);
        List<String> given = all.isEmpty() ? List.of() : options(all.subList(1, mainIndex(all)));
        if (told.isEmpty() || told.get().strip().equals(String.join(" ", given).strip())) {
            return given;
        }
        List<String> arguments = new ArrayList<>();
        for (String argument : told.get().strip().split("\\s+(?=-)", -1)) {
            if (!argument.isBlank()) {
                arguments.add(argument);
            }
        }
        return arguments;
    }

    /** As the launcher hands them on: {@code -cp x} becomes {@code -Djava.class.path=x}, which is not told. */
    private static List<String> options(List<String> launcher) {
        List<String> options = new ArrayList<>();
        for (int i = 0; i < launcher.size(); i++) {
            String option = launcher.get(i);
            if (option.equals("-cp") || option.equals("-classpath") || option.equals("--class-path")) {
                i++;
            } else if (WITH_VALUE.contains(option) && i + 1 < launcher.size()) {
                options.add(option + "=" + launcher.get(++i));
            } else if (!option.equals("-jar") && !option.equals("-m") && !option.equals("--module")) {
                options.add(option);
            }
        }
        return options;
    }

    private static int mainIndex(List<String> arguments) {
        int at = Math.min(1, arguments.size());
        while (at < arguments.size()) {
            String argument = arguments.get(at);
            if (argument.equals("-jar") || argument.equals("-m") || argument.equals("--module")) {
                return Math.min(at + 1, arguments.size());
            }
            if (!argument.startsWith("-") && !argument.startsWith("@")) {
                return at;
            }
            at += WITH_VALUE.contains(argument) ? 2 : 1;
        }
        return arguments.size();
    }
}
