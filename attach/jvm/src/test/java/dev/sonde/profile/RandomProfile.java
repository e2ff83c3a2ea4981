package dev.sonde.profile;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Profiles of any shape, the same ones for the same seed. */
final class RandomProfile {

    private static final List<Frame.Code> JAVA =
            List.of(Frame.Code.INTERPRETED, Frame.Code.COMPILED, Frame.Code.INLINED);

    private RandomProfile() {}

    static Profile of(long seed) {
        Random random = new Random(seed);
        Kind kind = List.of(Kind.values()).get(random.nextInt(Kind.values().length));
        return of(kind, random);
    }

    static Profile of(Kind kind, Random random) {
        Profile.Builder builder = new Profile.Builder(Description.of(
                        kind,
                        Instant.ofEpochSecond(1_700_000_000L + random.nextInt(1000), random.nextInt(1_000_000_000)),
                        Duration.ofNanos(random.nextInt(2_000_000_000)),
                        "an engine 1.0",
                        random.nextInt(3) * 10_000_000L)
                .of("4711", "orders")
                .named(random.nextBoolean() ? "" : "before: the fix")
                .noting(random.nextBoolean() ? List.of() : List.of("a note", "another: note")));
        int samples = random.nextInt(60);
        for (int i = 0; i < samples; i++) {
            List<Frame> stack = new ArrayList<>();
            int depth = random.nextInt(12); // some have no frame at all, and some recur
            for (int j = 0; j < depth; j++) {
                stack.add(frame(random));
            }
            long[] values = new long[kind.types().size()];
            for (int j = 0; j < values.length; j++) {
                values[j] = random.nextInt(5) == 0 ? 0 : random.nextLong(1L << (1 + random.nextInt(40)));
            }
            builder.add(
                    stack,
                    random.nextInt(3) == 0 ? Map.of() : Map.of(Sample.THREAD, "worker-" + random.nextInt(3)),
                    values);
        }
        return builder.build();
    }

    private static Frame frame(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> new Frame("", "JavaThread::run", "", 0, Frame.Code.NATIVE);
            case 1 -> new Frame("", "entry_SYSCALL_64.x", "", 0, Frame.Code.KERNEL);
            case 2 -> new Frame("Unnamed", "main", "Unnamed.java", random.nextInt(3), Frame.Code.INTERPRETED);
            default ->
                new Frame(
                        "shop.p" + random.nextInt(2) + ".C" + random.nextInt(3),
                        random.nextBoolean() ? "<init>" : "m" + random.nextInt(3),
                        random.nextBoolean() ? "" : "C.java",
                        random.nextInt(4),
                        JAVA.get(random.nextInt(3)));
        };
    }
}
