package dev.sonde.exploration;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A library's own tests, of JUnit 5 or 4, run one after the other. */
final class OwnTests {

    private OwnTests() {}

    /** Runs the tests of these classes; how each ended, by its id. */
    static Map<String, String> run(List<String> classes) {
        Map<String, String> outcomes = new ConcurrentHashMap<>();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(classes.stream()
                        .map(name -> selectClass(OwnTests.class.getClassLoader(), name))
                        .toList())
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest() || result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                    String why = result.getThrowable()
                            .map(thrown -> " " + thrown.getClass().getName())
                            .orElse("");
                    outcomes.put(id(test), result.getStatus() + why);
                }
            }

            @Override
            public void executionSkipped(TestIdentifier test, String reason) {
                outcomes.put(id(test), "SKIPPED");
            }
        });
        return outcomes;
    }

    private static String id(TestIdentifier test) {
        return test.getUniqueId().replaceAll("\\s+", " ");
    }
}
