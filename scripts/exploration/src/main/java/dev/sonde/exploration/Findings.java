package dev.sonde.exploration;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one exploration found.
 *
 * @param classes that were loaded
 * @param missing classes that cannot be loaded here, woven or not
 * @param methods of the loaded classes, those with code
 * @param woven of these
 * @param refused the others, by reason
 * @param refusedMethods each with its reason
 * @param outcomes tests that ran, or lines that the driver printed
 * @param flaky of these, which differ from run to run by themselves
 * @param changed of these, which differ with hooks; each with how
 * @param hits with the condition true, of all probes
 * @param sent of these
 * @param errors of conditions and captures
 * @param faults anything else that must not be: a probe that ended, a JVM that did
 * @param weaveMillis to put a probe on every method
 * @param millisWithout of the driver or the tests
 * @param millisWith of the same, with a probe on every method, or at every line
 * @param lines when the probes were at lines
 */
record Findings(
        String subject,
        String jdk,
        int classes,
        int missing,
        int methods,
        int woven,
        Map<String, Integer> refused,
        List<String> refusedMethods,
        int outcomes,
        int flaky,
        List<String> changed,
        long hits,
        long sent,
        long errors,
        List<String> faults,
        long weaveMillis,
        long millisWithout,
        long millisWith,
        Optional<LineCount> lines) {

    Findings {
        refused = Map.copyOf(refused);
        refusedMethods = List.copyOf(refusedMethods);
        changed = List.copyOf(changed);
        faults = List.copyOf(faults);
    }

    /** Methods that the JVM's verifier refused with hooks. */
    long verifyErrors() {
        return refusedMethods.stream()
                .filter(line -> line.contains("VerifyError"))
                .count();
    }

    /** Whether it is as it must be. */
    boolean good() {
        return verifyErrors() == 0 && changed.isEmpty() && faults.isEmpty() && enough();
    }

    private boolean enough() {
        return lines.isPresent()
                ? lines.get().hookedPercent() >= 99 && lines.get().readablePercent() >= 99
                : wovenPercent() >= 99.5;
    }

    double wovenPercent() {
        return methods == 0 ? 100 : 100.0 * woven / methods;
    }

    /** The head of the table whose rows are {@link #row}. */
    static final String HEAD = """
            | library | JDK | classes | methods | woven | % | verify errors | outcomes | changed | flaky | hits | sent | weaving | run without | with |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
            """;

    String row() {
        return String.format(
                "| %s | %s | %,d | %,d | %,d | %.2f | %d | %,d | %d | %d | %,d | %,d | %.1f s | %.1f s | %.1f s |",
                subject,
                jdk,
                classes,
                methods,
                woven,
                wovenPercent(),
                verifyErrors(),
                outcomes,
                changed.size(),
                flaky,
                hits,
                sent,
                weaveMillis / 1000.0,
                millisWithout / 1000.0,
                millisWith / 1000.0);
    }

    /** The head of the table whose rows are {@link #lineRow}. */
    static final String LINE_HEAD = """
            | library | JDK | classes | lines | hooked | % | variables in scope | readable | % | verify errors | outcomes | changed | flaky | hits | sent | weaving | run without | with |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
            """;

    String lineRow(LineCount count) {
        return String.format(
                "| %s | %s | %,d | %,d | %,d | %.2f | %,d | %,d | %.2f | %d | %,d | %d | %d | %,d | %,d | %.1f s | %.1f s | %.1f s |",
                subject,
                jdk,
                classes,
                count.lines(),
                count.hooked(),
                count.hookedPercent(),
                count.variables(),
                count.readable(),
                count.readablePercent(),
                verifyErrors(),
                outcomes,
                changed.size(),
                flaky,
                hits,
                sent,
                weaveMillis / 1000.0,
                millisWithout / 1000.0,
                millisWith / 1000.0);
    }
}
