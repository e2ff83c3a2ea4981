package dev.sonde.profile;

import java.util.Arrays;
import java.util.List;

/**
 * What is more and what is less in one profile than in another.
 *
 * @param profile its values are signed; stacks that cost the same in both are not in it
 * @param second as it is, which the first was taken from
 * @param before the whole of the first, in the unit of each type; after normalising that of the second
 * @param after the whole of the second
 */
public record Difference(Profile profile, Profile second, List<Long> before, List<Long> after) {

    /**
     * What the second has more than the first.
     *
     * @param normalised whether to scale the first to the whole of the second, so that profiles of different lengths
     *     compare
     * @throws IllegalArgumentException when they are not of the same values
     */
    public static Difference between(Profile first, Profile second, boolean normalised) {
        if (!first.types().equals(second.types())) {
            throw new IllegalArgumentException(
                    "a profile of " + first.types() + " cannot be compared with one of " + second.types());
        }
        int types = first.types().size();
        long[] before = new long[types];
        long[] after = new long[types];
        double[] scale = new double[types];
        for (int i = 0; i < types; i++) {
            before[i] = first.total(i);
            after[i] = second.total(i);
            scale[i] = normalised && before[i] != 0 ? (double) after[i] / before[i] : 1;
        }
        Profile.Builder builder = new Profile.Builder(second.description());
        for (Sample sample : second.samples()) {
            builder.add(sample.stack(), sample.labels(), sample.values());
        }
        for (Sample sample : first.samples()) {
            long[] less = new long[types];
            for (int i = 0; i < types; i++) {
                less[i] = scale[i] == 1 ? -sample.value(i) : -Math.round(sample.value(i) * scale[i]);
            }
            builder.add(sample.stack(), sample.labels(), less);
        }
        return new Difference(
                builder.build(),
                second,
                Arrays.stream(before).boxed().toList(),
                Arrays.stream(after).boxed().toList());
    }
}
