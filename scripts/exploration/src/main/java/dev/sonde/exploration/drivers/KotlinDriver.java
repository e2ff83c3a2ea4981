package dev.sonde.exploration.drivers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kotlin.Pair;
import kotlin.Result;
import kotlin.Unit;
import kotlin.collections.ArrayDeque;
import kotlin.collections.CollectionsKt;
import kotlin.collections.MapsKt;
import kotlin.collections.SetsKt;
import kotlin.random.Random;
import kotlin.random.RandomKt;
import kotlin.ranges.IntProgression;
import kotlin.ranges.IntRange;
import kotlin.ranges.RangesKt;
import kotlin.sequences.Sequence;
import kotlin.sequences.SequencesKt;
import kotlin.text.MatchResult;
import kotlin.text.Regex;
import kotlin.text.StringsKt;

/** The Kotlin standard library, which is Kotlin itself: collections, sequences, coroutines behind sequences, text, ranges. */
public final class KotlinDriver {

    private KotlinDriver() {}

    public static void main(String[] args) {
        List<Integer> numbers = CollectionsKt.toList(new IntRange(1, 200));
        System.out.println(CollectionsKt.chunked(numbers, 30).size() + " "
                + CollectionsKt.windowed(numbers, 7, 5, true).get(3));
        System.out.println(CollectionsKt.groupBy(numbers, i -> i % 7).get(3));
        System.out.println(CollectionsKt.joinToString(numbers, "|", "<", ">", 5, "...", i -> "n" + i));
        System.out.println(
                CollectionsKt.zip(numbers, CollectionsKt.reversed(numbers)).get(9));
        System.out.println(CollectionsKt.partition(numbers, i -> i > 190).getFirst());
        System.out.println(CollectionsKt.sortedWith(List.of("b", "a", "c"), java.util.Comparator.reverseOrder()));
        System.out.println(CollectionsKt.slice(numbers, RangesKt.until(3, 6)) + " " + CollectionsKt.sumOfInt(numbers));
        System.out.println(
                CollectionsKt.shuffled(numbers, new java.util.Random(5)).subList(0, 5));
        Sequence<Integer> sequence = SequencesKt.generateSequence(1, i -> i < 1000 ? i * 3 : null);
        System.out.println(
                SequencesKt.toList(SequencesKt.filter(SequencesKt.map(sequence, i -> i + 1), i -> i % 4 == 0)));
        // A coroutine, by hand.
        Sequence<Object> built =
                SequencesKt.sequence((scope, continuation) -> scope.yieldAll(List.of("x", "y", "z"), continuation));
        System.out.println(SequencesKt.joinToString(built, ",", "", "", -1, "...", null));
        System.out.println(SequencesKt.toList(SequencesKt.flatten(
                        SequencesKt.asSequence(List.of(sequence, sequence).iterator())))
                .size());
        Map<String, Integer> map = MapsKt.toMap(List.of(new Pair<>("a", 1), new Pair<>("b", 2)));
        System.out.println(MapsKt.plus(map, new Pair<>("c", 3)) + " " + MapsKt.toSortedMap(map) + " "
                + SetsKt.plus(SetsKt.setOf(1, 2), 3));
        ArrayDeque<Integer> deque = new ArrayDeque<>();
        for (int i = 0; i < 100; i++) {
            if (i % 3 == 0) {
                deque.addFirst(i);
            } else {
                deque.addLast(i);
            }
            if (i % 5 == 0) {
                deque.removeLast();
            }
        }
        System.out.println(new ArrayList<>(deque));
        System.out.println(
                StringsKt.trimIndent("\n   a\n     b\n   c\n") + StringsKt.substringAfterLast("a/b/c", "/", "none"));
        System.out.println(StringsKt.padStart("7", 5, '*') + StringsKt.repeat("ab", 3) + StringsKt.reversed("xyz"));
        System.out.println(StringsKt.lines("a\nb\r\nc") + " " + StringsKt.toIntOrNull("12x") + " "
                + StringsKt.toIntOrNull("-77", 8));
        System.out.println(StringsKt.split("a,b;c", new char[] {',', ';'}, false, 0)
                + StringsKt.commonPrefixWith("interview", "internet", false));
        Regex regex = new Regex("(\\w)(\\d+)");
        for (MatchResult match : SequencesKt.asIterable(regex.findAll("a1 b22 c333", 0))) {
            System.out.println(match.getGroupValues() + " " + match.getRange());
        }
        System.out.println(
                regex.replace("a1 b22", match -> match.getGroupValues().get(2)));
        Random random = RandomKt.Random(42);
        System.out.println(random.nextInt(100) + " " + random.nextDouble() + " " + random.nextLong(5, 5000));
        System.out.println(IntProgression.Companion.fromClosedRange(10, 1, -3) + " " + RangesKt.coerceIn(17, 1, 9));
        try {
            CollectionsKt.first(List.of());
        } catch (java.util.NoSuchElementException e) {
            System.out.println(e.getMessage());
        }
        System.out.println(Result.Companion.getClass().getSimpleName() + Unit.INSTANCE);
    }
}
