package dev.sonde.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberBucketsTest {

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-9, 1e-5, 0.3, 1, 7.99, 8, 1000, 123456789.25, 1e13, 5e15, Double.MAX_VALUE})
    void a_number_is_in_its_bucket_on_either_side_of_zero(double number) {
        for (double each : new double[] {number, -number}) {
            int bucket = NumberBuckets.of(each);
            assertThat(bucket).isBetween(0, NumberBuckets.COUNT - 1);
            if (bucket > 0 && bucket < NumberBuckets.COUNT - 1 && !NumberBuckets.isZero(bucket)) {
                assertThat(each).isBetween(NumberBuckets.floor(bucket), NumberBuckets.floor(bucket + 1));
            }
        }
    }

    @Test
    void buckets_are_in_the_order_of_the_numbers_and_narrow() {
        for (int i = 1; i < NumberBuckets.COUNT; i++) {
            assertThat(NumberBuckets.floor(i)).isGreaterThanOrEqualTo(NumberBuckets.floor(i - 1));
        }
        for (double number = 1e-5; number < 1e12; number *= 1.07) {
            int bucket = NumberBuckets.of(number);
            assertThat(NumberBuckets.floor(bucket + 1) / NumberBuckets.floor(bucket))
                    .isLessThanOrEqualTo(1.1251);
        }
    }
}
