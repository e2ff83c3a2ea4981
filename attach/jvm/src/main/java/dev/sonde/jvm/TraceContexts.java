package dev.sonde.jvm;

import static dev.sonde.wire.ContextSource.ENTRIES;
import static dev.sonde.wire.ContextSource.FIELD;
import static dev.sonde.wire.ContextSource.HEX;
import static dev.sonde.wire.ContextSource.LOCAL;
import static dev.sonde.wire.ContextSource.PAIR;
import static dev.sonde.wire.ContextSource.TEXT;

import dev.sonde.wire.ContextSource;
import dev.sonde.wire.ContextSource.Step;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireException;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What request a thread works for, as the libraries keep it that are made for it. Which of them a target has is looked up with
 * its first probe, and again when one of their classes loads. A W3C {@code traceparent} is found in what these hold.
 *
 * <p>The fields were read off slf4j-api 1.7 to 2.0, logback 1.2 to 1.5, log4j-api 2.25, opentelemetry 1.51 and brave 6.2.
 */
final class TraceContexts {

    private static final String OTEL = "io.opentelemetry.context.ThreadLocalContextStorage";

    private static final String MDC_TYPE = "Lorg/slf4j/spi/MDCAdapter;";

    private static final List<ContextSource> KNOWN = List.of(
            openTelemetry("OpenTelemetry", OTEL),
            openTelemetry("OpenTelemetry's agent", "io.opentelemetry.javaagent.shaded." + OTEL),
            brave("brave.propagation.ThreadLocalCurrentTraceContext", "DEFAULT Ljava/lang/ThreadLocal;"),
            brave("brave.propagation.CurrentTraceContext$Default", "INHERITABLE Ljava/lang/InheritableThreadLocal;"),
            new ContextSource(
                    "MDC",
                    "org.slf4j.MDC",
                    List.of(
                            new Step(FIELD, "", "MDC_ADAPTER " + MDC_TYPE, "mdcAdapter " + MDC_TYPE),
                            new Step(
                                    FIELD,
                                    "",
                                    "readWriteThreadLocalMap",
                                    "copyOnThreadLocal",
                                    "copyOnInheritThreadLocal",
                                    "inheritableThreadLocalMap"),
                            new Step(LOCAL, "")),
                    List.of(new Step(ENTRIES, ""))),
            new ContextSource(
                    "ThreadContext",
                    "org.apache.logging.log4j.ThreadContext",
                    List.of(
                            new Step(FIELD, "", "contextMap Lorg/apache/logging/log4j/spi/ThreadContextMap;"),
                            new Step(FIELD, "", "localState", "localMap"),
                            new Step(LOCAL, "")),
                    List.of(new Step(ENTRIES, ""))));

    private final Link link;
    private volatile Set<String> found = Set.of();

    TraceContexts(Link link) {
        this.link = link;
    }

    private static ContextSource openTelemetry(String label, String storage) {
        return new ContextSource(
                label,
                storage,
                List.of(
                        new Step(FIELD, "", "THREAD_LOCAL_STORAGE Ljava/lang/ThreadLocal;"),
                        new Step(LOCAL, ""),
                        new Step(FIELD, "", "entries"),
                        new Step(PAIR, "", "opentelemetry-trace-span-key"),
                        new Step(FIELD, "", "context", "spanContext")),
                List.of(new Step(TEXT, "traceId", "traceId"), new Step(TEXT, "spanId", "spanId")));
    }

    private static ContextSource brave(String owner, String field) {
        return new ContextSource(
                "Brave",
                owner,
                List.of(new Step(FIELD, "", field), new Step(LOCAL, "")),
                List.of(new Step(HEX, "traceId", "traceIdHigh", "traceId"), new Step(HEX, "spanId", "spanId")));
    }

    /** The classes whose loading is worth another look. */
    static Set<String> classNames() {
        return KNOWN.stream().map(source -> source.className).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** What the target had of them when it was last looked, by name. */
    Set<String> found() {
        return found;
    }

    void look() throws TargetError {
        WireWriter out = new WireWriter(1024);
        out.i4(KNOWN.size());
        KNOWN.forEach(source -> source.write(out));
        WireReader in = link.request(Wire.CONTEXTS, out);
        try {
            found = Set.copyOf(in.strings());
        } catch (WireException e) {
            throw new TargetError("the target's answer is broken: " + e.getMessage(), e);
        }
    }
}
