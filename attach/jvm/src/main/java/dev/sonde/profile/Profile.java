package dev.sonde.profile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** The samples of one run. Immutable; equal frames, stacks and labels are kept once. */
public final class Profile {

    private final Description description;
    private final List<Sample> samples;

    private Profile(Description description, List<Sample> samples) {
        this.description = description;
        this.samples = List.copyOf(samples);
    }

    public Description description() {
        return description;
    }

    public List<ValueType> types() {
        return description.types();
    }

    public List<Sample> samples() {
        return samples;
    }

    /** The sum of a value over all samples. */
    public long total(int type) {
        return samples.stream().mapToLong(sample -> sample.value(type)).sum();
    }

    /** The same samples, described otherwise. */
    public Profile described(Description otherwise) {
        if (otherwise.types().size() != types().size()) {
            throw new IllegalArgumentException("a description has as many types as the samples have values");
        }
        return new Profile(otherwise, samples);
    }

    /** Those samples that are wanted. */
    public Profile keeping(Predicate<Sample> wanted) {
        return new Profile(description, samples.stream().filter(wanted).toList());
    }

    /** The same values at other stacks; what comes to the same stack is added up. */
    Profile restacked(Function<Sample, List<Frame>> stacks) {
        Builder builder = new Builder(description);
        for (Sample sample : samples) {
            builder.add(stacks.apply(sample), sample.labels(), sample.values());
        }
        return builder.build();
    }

    /**
     * This and others of the same types in one: over the time from the first's begin to the last's end.
     *
     * @throws IllegalArgumentException when the types differ
     */
    public static Profile sum(List<Profile> profiles) {
        Description first = profiles.get(0).description;
        Description last = profiles.get(profiles.size() - 1).description;
        java.time.Duration whole =
                java.time.Duration.between(first.start(), last.start()).plus(last.duration());
        Builder builder = new Builder(first.lasting(first.start(), whole.isNegative() ? first.duration() : whole));
        for (Profile profile : profiles) {
            if (!profile.types().equals(first.types())) {
                throw new IllegalArgumentException(
                        "profiles of " + first.types() + " and of " + profile.types() + " have nothing to add up");
            }
            profile.samples.forEach(sample -> builder.add(sample.stack(), sample.labels(), sample.values()));
        }
        return builder.build();
    }

    /** Puts samples together. Not thread-safe. */
    public static final class Builder {
        private final Description description;
        private final Map<Frame, Frame> frames = new HashMap<>();
        private final Map<List<Frame>, List<Frame>> stacks = new HashMap<>();
        private final Map<Map<String, String>, Map<String, String>> labelSets = new HashMap<>();
        private final Map<Key, long[]> values = new LinkedHashMap<>();

        private record Key(List<Frame> stack, Map<String, String> labels) {
            // Both are kept once, so that being the same is being equal.
            @Override
            public boolean equals(Object other) {
                return other instanceof Key key && key.stack == stack && key.labels == labels;
            }

            @Override
            public int hashCode() {
                return 31 * System.identityHashCode(stack) + System.identityHashCode(labels);
            }
        }

        public Builder(Description description) {
            this.description = description;
        }

        /** The frame, as it is kept. */
        public Frame frame(Frame frame) {
            return frames.computeIfAbsent(frame, same -> same);
        }

        /**
         * Adds what was seen at a stack; what was seen there before is added up.
         *
         * @param stack the innermost frame first
         * @param added one for each type
         */
        public Builder add(List<Frame> stack, Map<String, String> labels, long... added) {
            if (added.length != description.types().size()) {
                throw new IllegalArgumentException("a sample has a value for each type");
            }
            List<Frame> known = stacks.get(stack);
            if (known == null) {
                List<Frame> kept = new ArrayList<>(stack.size());
                stack.forEach(each -> kept.add(frame(each)));
                known = List.copyOf(kept);
                stacks.put(known, known);
            }
            Map<String, String> named = labelSets.get(labels);
            if (named == null) {
                named = Map.copyOf(labels);
                labelSets.put(named, named);
            }
            long[] sum = values.computeIfAbsent(new Key(known, named), key -> new long[added.length]);
            for (int i = 0; i < added.length; i++) {
                sum[i] += added[i];
            }
            return this;
        }

        /** The profile, without samples whose values are all zero. */
        public Profile build() {
            return build(description);
        }

        /** The same, described as it turned out to be. */
        public Profile build(Description better) {
            List<Sample> samples = new ArrayList<>(values.size());
            values.forEach((key, sum) -> {
                if (Arrays.stream(sum).anyMatch(value -> value != 0)) {
                    samples.add(new Sample(key.stack, key.labels, sum.clone()));
                }
            });
            return new Profile(better, samples);
        }
    }
}
