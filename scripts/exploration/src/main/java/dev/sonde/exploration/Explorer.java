package dev.sonde.exploration;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The main class of {@code scripts/bench/explore}, which resolves what is to be explored and says it in words that follow
 * each other: {@code jdk HOME}, {@code room DIR}, {@code runs N}, {@code later}, {@code all-kinds}; then for each subject {@code subject NAME}, {@code
 * weave JAR}, {@code path JARS}, {@code classes REGEX}, {@code driver CLASS}, {@code tests JAR}, {@code jvm OPTION}; or {@code
 * small-set [NAME]}.
 */
final class Explorer {

    private final List<Path> jdks = new ArrayList<>();
    private final List<Subject> subjects = new ArrayList<>();
    private Path room = Path.of("");
    private int runs = 1;
    private boolean later;
    private boolean allKinds;
    private boolean lines;

    private Explorer() {}

    public static void main(String[] args) throws Exception {
        Explorer explorer = new Explorer();
        explorer.read(new ArrayList<>(Arrays.asList(args)));
        System.exit(explorer.run() ? 0 : 1);
    }

    private void read(List<String> words) throws IOException {
        while (!words.isEmpty()) {
            String word = words.remove(0);
            switch (word) {
                case "jdk" -> jdks.add(Path.of(words.remove(0)));
                case "room" -> room = Path.of(words.remove(0));
                case "runs" -> runs = Integer.parseInt(words.remove(0));
                case "later" -> later = true;
                case "lines" -> lines = true;
                case "all-kinds" -> allKinds = true;
                case "small-set" -> {
                    Predicate<String> wanted = Pattern.compile(words.remove(0)).asMatchPredicate();
                    SmallSet.all().stream()
                            .filter(subject -> wanted.test(subject.name()))
                            .forEach(subjects::add);
                }
                case "subject" -> subjects.add(subject(words));
                default -> throw new IllegalArgumentException(word);
            }
        }
    }

    private static Subject subject(List<String> words) throws IOException {
        String name = words.remove(0);
        List<Path> woven = new ArrayList<>();
        List<Path> classPath = new ArrayList<>();
        List<String> tests = new ArrayList<>();
        List<String> jvmOptions = new ArrayList<>();
        String driver = "";
        Predicate<String> classes = any -> true;
        while (!words.isEmpty() && !words.get(0).equals("subject")) {
            String word = words.remove(0);
            String value = words.remove(0);
            switch (word) {
                case "weave" -> woven.add(Path.of(value));
                case "path" ->
                    Stream.of(value.split(java.io.File.pathSeparator, -1))
                            .map(Path::of)
                            .forEach(classPath::add);
                case "classes" -> classes = Pattern.compile(value).asMatchPredicate();
                case "driver" -> driver = value;
                case "tests" -> tests.addAll(testClasses(Path.of(value)));
                case "jvm" -> jvmOptions.add(value);
                default -> throw new IllegalArgumentException(word);
            }
        }
        return new Subject(name, woven, classes, classPath, driver, tests, jvmOptions);
    }

    /** By the names that build tools go by. */
    private static List<String> testClasses(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.matches("(.*/)?(Test[^/$]*|[^/$]*Tests?)\\.class"))
                    .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
                    .sorted()
                    .toList();
        }
    }

    private boolean run() throws IOException, InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        boolean good = true;
        out.print(lines ? Findings.LINE_HEAD : Findings.HEAD);
        for (Subject subject : subjects) {
            for (Path jdk : jdks) {
                Exploration exploration =
                        new Exploration(room, jdk, feature(jdk), runs, later, allKinds, lines, Duration.ofMinutes(20));
                Findings found = exploration.explore(subject);
                out.println(found.lines().map(found::lineRow).orElseGet(found::row));
                tell(found);
                good &= found.good();
            }
        }
        return good;
    }

    private static void tell(Findings found) {
        System.err.printf("%s on %s%n", found.subject(), found.jdk());
        if (found.missing() > 0) {
            System.err.printf("  %d classes cannot be loaded here, with or without us%n", found.missing());
        }
        if (found.errors() > 0) {
            System.err.printf("  %d conditions or captures ended in an error%n", found.errors());
        }
        found.refused().forEach((why, count) -> System.err.printf("  %d methods refused: %s%n", count, why));
        found.refusedMethods().stream().limit(20).forEach(method -> System.err.println("    " + method));
        found.lines().ifPresent(count -> count.unhooked().forEach(line -> System.err.println("  no hook: " + line)));
        found.changed().stream().limit(50).forEach(change -> System.err.println("  changed: " + change));
        found.faults().forEach(fault -> System.err.println("  fault: " + fault));
    }

    static int feature(Path jdk) throws IOException {
        Properties release = new Properties();
        try (var in = Files.newBufferedReader(jdk.resolve("release"))) {
            release.load(in);
        }
        return Runtime.Version.parse(release.getProperty("JAVA_VERSION", "").replace("\"", ""))
                .feature();
    }
}
