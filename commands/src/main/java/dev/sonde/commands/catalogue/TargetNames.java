package dev.sonde.commands.catalogue;

import dev.sonde.commands.Grant;
import dev.sonde.commands.catalogue.Completion.Candidate;
import dev.sonde.jvm.LoadedClass;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names of classes and methods, asked of a target while somebody waits with a finger on the tab key. */
final class TargetNames {

    private static final int MOST_CLASSES = 2_000;
    private static final List<String> OF_THE_JDK = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");

    /** A target that does not answer keeps one of these, and never more than these. */
    private static final ThreadPoolExecutor ASKING =
            new ThreadPoolExecutor(0, 8, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                Thread thread = new Thread(work, "completion");
                thread.setDaemon(true);
                return thread;
            });

    private TargetNames() {}

    /**
     * Names come from the agent. Where it is not loaded, a tab loads it only for a login that may weave anyway, only
     * where loading is silent (what a JVM prints of it is said before the first line that needs it, not by a tab), and only
     * when that is allowed.
     */
    static boolean mayAsk(Target target, Grant grant, Predicate<Target> mayLoad) {
        try {
            return target.attached()
                    || (grant.covers(Grant.INSTRUMENT) && target.warning().isEmpty() && mayLoad.test(target));
        } catch (TargetError e) {
            return false;
        }
    }

    /** The answer, or nothing when there is none in that time. */
    static List<Candidate> within(Duration patience, Callable<List<Candidate>> question) {
        try {
            Future<List<Candidate>> answer = ASKING.submit(question);
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    /** Simple names until a dot is typed, then qualified ones; the application's own first. */
    static Stream<Candidate> classes(Target target, String typed) throws TargetError {
        boolean qualified = typed.indexOf('.') >= 0;
        return target.classes(typed + "*", MOST_CLASSES).stream()
                .filter(LoadedClass::modifiable)
                .map(LoadedClass::name)
                .filter(name -> !name.startsWith("[") && !name.contains("$$"))
                .filter(name -> !typed.isEmpty() || !ofTheJdk(name))
                .distinct()
                .sorted(Comparator.comparing(TargetNames::ofTheJdk).thenComparing(Comparator.naturalOrder()))
                .map(name -> qualified
                        ? Candidate.of(name, "")
                        : Candidate.of(name.substring(name.lastIndexOf('.') + 1), name));
    }

    private static boolean ofTheJdk(String name) {
        return OF_THE_JDK.stream().anyMatch(name::startsWith);
    }

    /** Names; with parameter types where there are several of a name. */
    static Stream<Candidate> methods(Target target, String classGlob) throws TargetError {
        List<LoadedClass> classes = target.classes(classGlob, 2);
        if (classes.isEmpty()) {
            return Stream.of();
        }
        List<String> methods = target.methods(classes.get(0));
        Map<String, Long> count =
                methods.stream().collect(Collectors.groupingBy(TargetNames::name, Collectors.counting()));
        return methods.stream()
                .sorted()
                .map(method -> count.getOrDefault(name(method), 0L) > 1
                        ? Candidate.of(method.replace(", ", ","), "")
                        : Candidate.of(name(method), method));
    }

    /** Classes, and methods once a class is named: {@code OrderService.pl}. */
    static Stream<Candidate> places(Target target, String typed) throws TargetError {
        Stream<Candidate> classes =
                classes(target, typed).map(each -> new Candidate(each.value(), each.description(), false));
        int dot = typed.lastIndexOf('.');
        if (dot <= 0) {
            return classes;
        }
        String owner = typed.substring(0, dot);
        Stream<Candidate> methods = methods(target, owner)
                .map(each -> new Candidate(owner + "." + each.value(), each.description(), false));
        return Stream.concat(classes, methods);
    }

    /** What an expression about a method may go on with. */
    static Stream<Candidate> inExpression(Target target, String classGlob, String method, String chain)
            throws TargetError {
        List<LoadedClass> classes = target.classes(classGlob, 2);
        return classes.isEmpty()
                ? Stream.of()
                : target.names(classes.get(0), method, chain).stream().map(name -> new Candidate(name, "", false));
    }

    private static String name(String method) {
        int open = method.indexOf('(');
        return open < 0 ? method : method.substring(0, open);
    }
}
