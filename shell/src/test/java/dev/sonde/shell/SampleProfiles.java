package dev.sonde.shell;

import dev.sonde.profile.Description;
import dev.sonde.profile.Frame;
import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import dev.sonde.profile.ProfileStore;
import dev.sonde.profile.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Profiles of an order service: what its processors do, before and after a method was made faster. */
final class SampleProfiles {

    /** A class whose name would be markup, and turns the reading direction. */
    static final String HOSTILE = "evil.<img src=x onerror=document.title='owned'>\u202e";

    private SampleProfiles() {}

    static Profile before() {
        return cpu("before the fix", 600);
    }

    static Profile after() {
        return cpu("after the fix", 40);
    }

    private static Profile cpu(String name, int searching) {
        Profile.Builder builder = builder(Kind.CPU, name);
        Frame run = java("java.lang.Thread", "run", 840);
        Frame worker = java("shop.Load", "worker", 31);
        Frame place = java("shop.OrderService", "place", 27);
        Frame discount = java("shop.OrderService", "discount", 44);
        sample(builder, searching, run, worker, place, discount, java("shop.BulkDiscount", "search", 21));
        sample(builder, 60, run, worker, place, discount, java("shop.BulkDiscount", "search", 24));
        sample(builder, 200, run, worker, place, java("shop.Inventory", "reserve", 25));
        sample(
                builder,
                80,
                run,
                worker,
                place,
                java("shop.Inventory", "reserve", 48),
                java("java.io.FileOutputStream", "writeBytes", 0),
                new Frame("", "__write", "libc.so.6", 0, Frame.Code.NATIVE),
                new Frame("", "vfs_write", "", 0, Frame.Code.KERNEL));
        sample(builder, 100, run, worker, java("shop.Catalog", "price", 12), java("java.util.HashMap", "get", 564));
        sample(builder, 5, run, java(HOSTILE, "attack", 1));
        return builder.build();
    }

    /** A profile of so many different stacks, as large services have. */
    static Profile large(int stacks) {
        Profile.Builder builder = builder(Kind.CPU, "large");
        for (int i = 0; i < stacks; i++) {
            List<Frame> stack = new ArrayList<>();
            int rest = i;
            for (int depth = 0; depth < 60; depth++) {
                stack.add(0, java("shop.p" + depth + ".C" + rest % 7, "m" + rest % 5, depth + 1));
                rest = rest * 31 + depth & 0xffff;
            }
            builder.add(stack, Map.of(Sample.THREAD, "load-" + i % 8), 1, 10_000_000);
        }
        return builder.build();
    }

    /** Keeps a timeline of a real JVM: that of which the tests of commands know what they print. */
    static void keepTimeline(ProfileStore profiles) throws IOException {
        Path recording = profiles.recordingToCome();
        Path zipped = Path.of("..", "commands", "src", "test", "resources", "waits.jfr.gz");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(zipped))) {
            Files.copy(in, recording);
        }
        profiles.add(builder(Kind.TIMELINE, "waits").build(), recording);
    }

    private static Profile.Builder builder(Kind kind, String name) {
        return new Profile.Builder(Description.of(
                        kind,
                        Instant.parse("2026-01-01T12:00:00Z"),
                        Duration.ofSeconds(10),
                        "async-profiler 4.6",
                        10_000_000)
                .of("11", "orders")
                .named(name));
    }

    private static Frame java(String type, String method, int line) {
        String simple = type.substring(type.lastIndexOf('.') + 1);
        return new Frame(type, method, simple + ".java", line, Frame.Code.COMPILED);
    }

    /** @param outermostFirst as a person reads a stack's story */
    private static void sample(Profile.Builder builder, int count, Frame... outermostFirst) {
        List<Frame> stack = new ArrayList<>();
        for (Frame frame : outermostFirst) {
            stack.add(0, frame);
        }
        builder.add(stack, Map.of(Sample.THREAD, "load-1"), count, count * 10_000_000L);
    }
}
