package dev.sonde.jvm;

import brave.propagation.CurrentTraceContext;
import brave.propagation.ThreadLocalCurrentTraceContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.spi.DefaultThreadContextMap;
import org.slf4j.MDC;

/** A target that delivers parcels, each for a request that one of the usual libraries carries. Does what its input says. */
@SuppressWarnings({"UnusedVariable", "MustBeClosedChecker"})
final class Courier {

    private Courier() {}

    /** What a delivery changes. */
    static final class Parcel {
        String status = "NEW";
        final int id;
        final List<String> stamps = new ArrayList<>();

        Parcel(int id) {
            this.id = id;
        }
    }

    public static void main(String[] args) throws Exception {
        System.out.println("READY");
        Scanner in = new Scanner(System.in, "UTF-8");
        while (in.hasNextLine()) {
            String[] words = in.nextLine().split(" ", -1);
            switch (words[0]) {
                case "deliver" -> fromTheDepot(Integer.parseInt(words[1]));
                case "look" -> new Parcel(look(new Parcel(1)));
                case "lose" -> {
                    try {
                        lose(new Parcel(7));
                    } catch (IllegalStateException e) {
                        System.out.println("LOST");
                    }
                }
                case "nest" -> nest(new Parcel(0), 3);
                case "many" -> many(Integer.parseInt(words[1]));
                case "deep" -> deep(Integer.parseInt(words[1]));
                case "refuse" -> {
                    try {
                        System.out.println(new Sealed(words[1]).name);
                    } catch (IllegalArgumentException e) {
                        System.out.println("REFUSED");
                    }
                }
                case "mdc" -> Logged.put(words[1], words[2]);
                case "log4j" -> Logged4j.put(words[1], words[2]);
                case "otel" -> Telemetry.propagated(words[1], words[2]);
                case "sdk" -> System.out.println("TRACE " + Telemetry.started());
                case "brave" -> Zipkin.put(Long.parseUnsignedLong(words[1], 16), Long.parseUnsignedLong(words[2], 16));
                case "virtual" -> {
                    Runnable work = () -> {
                        Logged.put("requestId", words[1]);
                        fromTheDepot(8);
                    };
                    Thread thread = (Thread) Thread.class
                            .getMethod("startVirtualThread", Runnable.class)
                            .invoke(null, work);
                    thread.join();
                }
                default -> System.out.println("UNKNOWN " + words[0]);
            }
            System.out.println("DONE " + words[0]);
        }
        System.exit(0);
    }

    static void fromTheDepot(int id) {
        deliver(new Parcel(id));
    }

    static void deliver(Parcel parcel) {
        parcel.status = "DELIVERED";
        parcel.stamps.add("by hand");
    }

    static int look(Parcel parcel) {
        return parcel.id;
    }

    static void lose(Parcel parcel) {
        parcel.status = "LOST";
        throw new IllegalStateException("lost");
    }

    static void nest(Parcel parcel, int levels) {
        parcel.stamps.add("down " + levels);
        if (levels > 0) {
            nest(parcel, levels - 1);
        }
    }

    static void deep(int levels) {
        if (levels > 0) {
            deep(levels - 1);
        } else {
            fromTheDepot(5);
        }
    }

    private static void many(int threads) throws InterruptedException {
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Parcel parcel = new Parcel(i);
            Thread thread = new Thread(() -> nest(parcel, 3));
            thread.start();
            all.add(thread);
        }
        for (Thread thread : all) {
            thread.join();
        }
    }

    /** Whose constructor may throw before there is an object. */
    private static final class Sealed {
        final String name;

        Sealed(String name) {
            this(checked(name), true);
        }

        private Sealed(String name, boolean tight) {
            this.name = name + tight;
        }

        private static String checked(String name) {
            if (name.isEmpty() || name.startsWith("bad")) {
                throw new IllegalArgumentException(name);
            }
            return name;
        }
    }

    /** Apart, so that each library loads when it is first used. */
    private static final class Logged {
        static void put(String key, String value) {
            MDC.put(key, value);
            System.out.println("MDC " + (MDC.getMDCAdapter() instanceof LogbackMDCAdapter));
        }
    }

    private static final class Logged4j {
        static void put(String key, String value) throws ReflectiveOperationException {
            // What log4j-core gives it; without that there is one that keeps nothing.
            Field map = ThreadContext.class.getDeclaredField("contextMap");
            map.setAccessible(true);
            map.set(null, new DefaultThreadContextMap());
            ThreadContext.put("first", "1");
            ThreadContext.put(key, value);
        }
    }

    private static final class Telemetry {
        static void propagated(String traceId, String spanId) {
            SpanContext span = SpanContext.create(traceId, spanId, TraceFlags.getSampled(), TraceState.getDefault());
            Context.root().with(Span.wrap(span)).makeCurrent();
        }

        static String started() {
            Span span = SdkTracerProvider.builder()
                    .build()
                    .get("courier")
                    .spanBuilder("delivery")
                    .setNoParent()
                    .startSpan();
            span.makeCurrent();
            return span.getSpanContext().getTraceId();
        }
    }

    private static final class Zipkin {
        private static final CurrentTraceContext CURRENT =
                ThreadLocalCurrentTraceContext.newBuilder().build();

        static void put(long high, long low) {
            CURRENT.newScope(brave.propagation.TraceContext.newBuilder()
                    .traceIdHigh(high)
                    .traceId(low)
                    .spanId(0x2bL)
                    .build());
        }
    }
}
