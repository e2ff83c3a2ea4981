package dev.sonde.commands.catalogue;

import dev.sonde.commands.FakeProfiling;
import dev.sonde.jvm.HeapHistogram;
import dev.sonde.profile.Description;
import dev.sonde.profile.Frame;
import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import dev.sonde.profile.ProfileStore;
import dev.sonde.profile.Sample;
import dev.sonde.timeline.TimelineReader;
import dev.sonde.timeline.TimelineSums;
import dev.sonde.timeline.WaitingTime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** Profiles of the order service, before and after somebody made its discounts slow. */
final class SampleProfiles {

    private SampleProfiles() {}

    static FakeProfiling engine() {
        FakeProfiling engine = new FakeProfiling(after(), threads());
        engine.heaps.add(heap(0));
        engine.heaps.add(heap(1));
        return engine;
    }

    static Profile before() {
        return profile(Kind.CPU, 10, 3).build();
    }

    static Profile after() {
        return profile(Kind.CPU, 240, 3).build();
    }

    /** Keeps a recording of a real JVM, and its waits, as the first profile. */
    static void keepTimeline(ProfileStore profiles) throws IOException {
        Path recording = profiles.recordingToCome();
        try (InputStream zipped = SampleProfiles.class.getResourceAsStream("/waits.jfr.gz")) {
            Files.copy(new GZIPInputStream(Objects.requireNonNull(zipped)), recording);
        }
        WaitingTime waits = new WaitingTime(
                Description.of(Kind.TIMELINE, Samples.NOW, Duration.ofMillis(3_250), "JFR of JDK 17", 1_000_000)
                        .of("4242", "waits"));
        TimelineSums sums = new TimelineSums(any -> true, 0, waits::add);
        TimelineReader.Reach unused = TimelineReader.read(recording, sums);
        runnable("8721", 61_000_000) // which "parked" had there
                .samples()
                .forEach(counted -> sums.runnable(counted).ifPresent(lane -> waits.runnable(lane, counted)));
        profiles.add(waits.profile(), recording);
    }

    private static Profile runnable(String thread, long nanos) {
        return new Profile.Builder(Description.of(Kind.TIMELINE, Samples.NOW, Duration.ZERO, "JFR of JDK 17", 0))
                .add(
                        List.of(new Frame("", "[ready to run, no processor]", "", 0, Frame.Code.KERNEL)),
                        Map.of(Sample.NUMBER, thread, Sample.STATE, "runnable"),
                        7,
                        nanos)
                .build();
    }

    private static Profile threads() {
        Profile.Builder builder =
                new Profile.Builder(Description.of(Kind.THREADS, Samples.NOW, Duration.ZERO, "thread dump", 0)
                        .of("4242", "orders"));
        for (int i = 0; i < 4; i++) {
            builder.add(
                    stack("shop.OrderService.reserve:88", "shop.Main.run:12"), Map.of(Sample.THREAD, "order-" + i), 1);
        }
        return builder.build();
    }

    private static Profile.Builder profile(Kind kind, int searches, int others) {
        Profile.Builder builder = new Profile.Builder(
                Description.of(kind, Samples.NOW, Duration.ofSeconds(30), "async-profiler 4.6", 10_000_000)
                        .of("4242", "orders")
                        .noting(List.of("by async-profiler 4.6")));
        String[] place = {"shop.OrderService.place:36", "shop.Main.run:12", "java.lang.Thread.run:840"};
        samples(builder, searches, "order-1", place, "shop.BulkDiscount.search:23", "shop.OrderService.discount:54");
        samples(builder, 12 * others, "order-2", place, "shop.Inventory.count:7", "shop.OrderService.reserve:88");
        samples(builder, others, "order-2", place, "shop.OrderService.reserve:90");
        samples(
                builder,
                1,
                Samples.EVIL,
                place,
                "a.package_.whose.name.no.terminal.has.room.for.Type\u001b[2J.method:1");
        builder.add(
                List.of(new Frame("", "G1ParScanThreadState::trim_queue", "", 0, Frame.Code.NATIVE)),
                Map.of(Sample.THREAD, "GC Thread#0"),
                9,
                90_000_000);
        return builder;
    }

    private static void samples(Profile.Builder builder, int count, String thread, String[] below, String... top) {
        List<String> stack = new ArrayList<>(List.of(top));
        stack.addAll(List.of(below));
        builder.add(stack(stack.toArray(String[]::new)), Map.of(Sample.THREAD, thread), count, count * 10_000_000L);
    }

    /** Of {@code shop.OrderService.place:36}, the innermost first. */
    private static List<Frame> stack(String... frames) {
        List<Frame> stack = new ArrayList<>();
        for (String frame : frames) {
            String[] parts = frame.split(":", -1);
            int dot = parts[0].lastIndexOf('.');
            String type = parts[0].substring(0, dot);
            stack.add(new Frame(
                    type,
                    parts[0].substring(dot + 1),
                    type.substring(type.lastIndexOf('.') + 1) + ".java",
                    Integer.parseInt(parts[1]),
                    Frame.Code.COMPILED));
        }
        return stack;
    }

    private static HeapHistogram heap(int round) {
        return new HeapHistogram(
                Samples.NOW.plusSeconds(30L * round),
                List.of(
                        new HeapHistogram.Count("[B", 40_000 + 1_000 * round, 4_000_000 + 3_000_000L * round),
                        new HeapHistogram.Count("java.lang.String", 39_000, 936_000),
                        new HeapHistogram.Count("shop.Session\u001b[2J", 100 + 50 * round, 6_400 + 3_200L * round)),
                79_100 + 1_050 * round,
                4_942_400 + 3_003_200L * round);
    }
}
