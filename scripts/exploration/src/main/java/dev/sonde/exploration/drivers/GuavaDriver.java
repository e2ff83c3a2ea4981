package dev.sonde.exploration.drivers;

import com.google.common.base.CaseFormat;
import com.google.common.base.CharMatcher;
import com.google.common.base.Joiner;
import com.google.common.base.MoreObjects;
import com.google.common.base.Splitter;
import com.google.common.base.Strings;
import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ComparisonChain;
import com.google.common.collect.ContiguousSet;
import com.google.common.collect.DiscreteDomain;
import com.google.common.collect.HashBasedTable;
import com.google.common.collect.HashBiMap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableRangeMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Iterables;
import com.google.common.collect.Lists;
import com.google.common.collect.Maps;
import com.google.common.collect.MinMaxPriorityQueue;
import com.google.common.collect.Multimaps;
import com.google.common.collect.Multiset;
import com.google.common.collect.Ordering;
import com.google.common.collect.Range;
import com.google.common.collect.Sets;
import com.google.common.collect.TreeMultiset;
import com.google.common.collect.TreeRangeSet;
import com.google.common.hash.BloomFilter;
import com.google.common.hash.Funnels;
import com.google.common.hash.Hashing;
import com.google.common.io.BaseEncoding;
import com.google.common.math.BigIntegerMath;
import com.google.common.math.IntMath;
import com.google.common.math.Stats;
import com.google.common.primitives.Ints;
import com.google.common.primitives.UnsignedLong;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Guava: collections above all, caches, text, hashes, mathematics. */
public final class GuavaDriver {

    private GuavaDriver() {}

    public static void main(String[] args) throws Exception {
        collections();
        System.out.println(
                Joiner.on(", ").skipNulls().withKeyValueSeparator("=").join(ImmutableMap.of("a", 1, "b", 2)));
        System.out.println(Splitter.on(CharMatcher.whitespace())
                .omitEmptyStrings()
                .limit(3)
                .splitToList(" a b  c d "));
        System.out.println(
                CaseFormat.LOWER_HYPHEN.to(CaseFormat.UPPER_CAMEL, "the-quick-fox") + Strings.padStart("7", 4, '0'));
        System.out.println(
                MoreObjects.toStringHelper("X").add("a", 1).omitNullValues().add("b", (Object) null));
        LoadingCache<Integer, String> cache = CacheBuilder.newBuilder()
                .maximumSize(50)
                .concurrencyLevel(1)
                .recordStats()
                .build(CacheLoader.from(key -> "value " + key));
        for (int i = 0; i < 400; i++) {
            cache.get(i * i % 97);
        }
        System.out.println(cache.stats().hitCount() + " " + cache.size());
        for (byte[] bytes : List.of(new byte[0], "hello".getBytes(StandardCharsets.UTF_8), new byte[100])) {
            System.out.println(Hashing.sha256().hashBytes(bytes) + " "
                    + Hashing.murmur3_128(3).hashBytes(bytes) + " "
                    + Hashing.crc32c().hashBytes(bytes) + " "
                    + BaseEncoding.base32Hex().encode(bytes));
        }
        BloomFilter<Integer> bloom = BloomFilter.create(Funnels.integerFunnel(), 100, 0.01);
        IntStream.range(0, 100).forEach(bloom::put);
        System.out.println(IntStream.range(0, 1000).filter(bloom::mightContain).count());
        System.out.println(BigIntegerMath.factorial(40) + " " + IntMath.sqrt(1000, RoundingMode.HALF_UP) + " "
                + Stats.of(1, 2, 3.5).populationVariance() + " "
                + UnsignedLong.MAX_VALUE.dividedBy(UnsignedLong.valueOf(7)));
        System.out.println(Ints.tryParse("-12") + " " + Ints.max(3, 9, 2) + " "
                + Ints.asList(1, 2, 3).subList(1, 3));
    }

    private static void collections() {
        HashBiMap<String, Integer> both = HashBiMap.create();
        ArrayListMultimap<Integer, String> byLength = ArrayListMultimap.create();
        Multiset<String> counted = TreeMultiset.create();
        HashBasedTable<Integer, Integer, Integer> table = HashBasedTable.create();
        for (int i = 0; i < 300; i++) {
            String word = Integer.toString(i * 7919 % 1000, 7);
            both.forcePut(word, i);
            byLength.put(word.length(), word);
            counted.add(word, i % 3 + 1);
            table.put(i % 5, i % 3, i);
        }
        System.out.println(both.inverse().size() + " " + byLength.keys() + " " + counted.size() + " "
                + counted.elementSet().hashCode());
        System.out.println(table.row(3) + " " + table.columnMap().keySet() + " "
                + Multimaps.index(counted.elementSet(), String::length).keySet());
        TreeRangeSet<Integer> ranges = TreeRangeSet.create();
        for (int i = 0; i < 100; i += 7) {
            ranges.add(Range.closedOpen(i, i + 5));
        }
        ranges.remove(Range.closed(20, 30));
        System.out.println(ranges + " " + ranges.complement());
        System.out.println(ContiguousSet.create(Range.open(3, 9), DiscreteDomain.integers())
                .headSet(6));
        System.out.println(ImmutableRangeMap.of(Range.atLeast(5), "x").get(9));
        System.out.println(Sets.powerSet(ImmutableSet.of(1, 2, 3, 4)).size() + " "
                + Sets.cartesianProduct(ImmutableSet.of(1, 2), ImmutableSet.of(3, 4)) + " "
                + Sets.difference(ImmutableSet.of(1, 2, 3), ImmutableSet.of(2)));
        System.out.println(Lists.partition(ImmutableList.of(1, 2, 3, 4, 5), 2) + " "
                + Lists.transform(ImmutableList.of(1, 2), x -> x * 2) + " "
                + Iterables.cycle(1, 2).iterator().next());
        System.out.println(Maps.difference(Map.of(1, "a", 2, "b"), Map.of(1, "a", 2, "c")));
        System.out.println(ImmutableSortedMap.<String, Integer>orderedBy(Comparator.reverseOrder())
                .put("a", 1)
                .put("b", 2)
                .build());
        MinMaxPriorityQueue<Integer> queue = MinMaxPriorityQueue.maximumSize(10).create();
        IntStream.range(0, 100).forEach(i -> queue.add(i * 37 % 101));
        System.out.println(queue.pollLast() + " " + queue.pollFirst() + " " + queue.size());
        Ordering<Integer> ordering = Ordering.natural().reverse();
        System.out.println(ordering.sortedCopy(List.of(3, 1, 2)) + " " + ordering.greatestOf(List.of(5, 6, 7), 2) + " "
                + ComparisonChain.start().compare(1, 1).compare("a", "b").result());
        try {
            ImmutableMap.Builder<Object, Object> twice = ImmutableMap.builder();
            List.of(1, 2).forEach(value -> twice.put("same", value));
            System.out.println(twice.buildOrThrow());
        } catch (IllegalArgumentException e) {
            System.out.println(e.getMessage());
        }
        try {
            Collections.sort(ImmutableList.of(3, 1, 2));
        } catch (UnsupportedOperationException e) {
            System.out.println("immutable " + e.getMessage());
        }
    }
}
