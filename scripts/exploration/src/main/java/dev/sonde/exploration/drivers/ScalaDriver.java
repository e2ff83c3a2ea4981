package dev.sonde.exploration.drivers;

import java.util.List;
import java.util.stream.IntStream;
import scala.Option;
import scala.Tuple2;
import scala.collection.immutable.HashMap;
import scala.collection.immutable.LazyList;
import scala.collection.immutable.LazyList$;
import scala.collection.immutable.Range;
import scala.collection.immutable.Range$;
import scala.collection.immutable.Seq;
import scala.collection.immutable.TreeMap;
import scala.collection.immutable.TreeMap$;
import scala.collection.immutable.Vector;
import scala.collection.mutable.ArrayBuffer;
import scala.concurrent.duration.Duration;
import scala.jdk.javaapi.CollectionConverters;
import scala.math.BigDecimal;
import scala.math.BigInt;
import scala.math.Ordering;
import scala.util.Try;
import scala.util.matching.Regex;

/** The Scala library, from outside: collections, numbers, text, Try. */
public final class ScalaDriver {

    private ScalaDriver() {}

    private static Seq<Object> numbers(int count) {
        List<Object> all =
                IntStream.range(0, count).<Object>mapToObj(i -> i * 31 % 97).toList();
        return CollectionConverters.asScala(all).toSeq();
    }

    public static void main(String[] args) {
        Seq<Object> numbers = numbers(300);
        System.out.println(((Seq<?>) numbers.map(x -> (Integer) x * 2))
                .filter(x -> (Integer) x % 3 == 0)
                .toList()
                .take(10)
                .mkString("<", ",", ">"));
        System.out.println(numbers.groupBy(x -> (Integer) x % 5).size() + " "
                + numbers.distinct().size());
        System.out.println(numbers.grouped(7).toList().head() + " "
                + numbers.sliding(3, 50).toList());
        System.out.println(numbers.partition(x -> (Integer) x > 90)._1());
        System.out.println(numbers.foldLeft(0, (sum, x) -> sum + (Integer) x));
        System.out.println(
                ((Seq<?>) numbers.toVector().sorted(ordering())).toList().take(5) + " " + numbers.indexOf(33));
        System.out.println(numbers.zipWithIndex().last() + " "
                + numbers.reverse().head() + " "
                + numbers.scanLeft(0, (a, b) -> a + (Integer) b).last());
        Vector<Object> vector = numbers.toVector();
        for (int i = 0; i < 200; i++) {
            vector = with(vector, i);
        }
        System.out.println(vector.hashCode() + " " + vector.splitAt(100)._2().size());
        HashMap<String, Integer> map = new HashMap<>();
        TreeMap<String, Integer> tree = TreeMap$.MODULE$.empty(stringOrdering());
        for (int i = 0; i < 200; i++) {
            map = map.updated("k" + i % 60, i);
            tree = tree.updated("k" + i % 60, i);
        }
        System.out.println(
                map.removed("k3").size() + " " + map.get("k59") + " " + tree.range("k1", "k2") + " " + tree.head());
        LazyList<Object> lazy = LazyList$.MODULE$.iterate(() -> 1, x -> (Integer) x * 3);
        System.out.println(lazy.take(8).toList() + " " + lazy);
        Range range = Range$.MODULE$.inclusive(1, 20, 3);
        System.out.println(range + " " + range.sum(scala.math.Numeric.IntIsIntegral$.MODULE$) + " "
                + range.reverse().toList());
        ArrayBuffer<Object> buffer = new ArrayBuffer<>();
        buffer.addAll(numbers);
        buffer.remove(3, 50);
        buffer.insert(2, 1000);
        System.out.println(buffer.length() + " " + buffer.slice(0, 5));
        System.out.println(BigInt.apply("123456789012345678901234567890").pow(3) + " "
                + BigDecimal.exact("1.10").$plus(BigDecimal.exact("2.2")) + " "
                + BigInt.apply(97).modPow(BigInt.apply(5), BigInt.apply(13)));
        Option<Object> some = Option.apply(5);
        System.out.println(some.map(x -> (Integer) x + 1) + " " + Option.empty() + " " + some.toRight(() -> "none"));
        System.out.println(Try.apply(() -> Integer.parseInt("x")).toOption() + " "
                + Try.apply(() -> 3).map(x -> x + 1));
        System.out.println(new Regex(
                        "(\\d+)",
                        CollectionConverters.asScala(List.<String>of()).toSeq())
                .findAllIn("a1b22")
                .toList());
        System.out.println(Duration.create("3 minutes").toSeconds() + " " + new Tuple2<>(1, "x").swap());
        System.out.println(scala.collection.StringOps$.MODULE$.format$extension(
                "%05d|%s",
                CollectionConverters.asScala(List.<Object>of(42, "x")).toSeq()));
    }

    @SuppressWarnings("unchecked")
    private static Vector<Object> with(Vector<Object> vector, int i) {
        Seq<Object> plain = vector;
        return (Vector<Object>) (i % 3 == 0 ? plain.updated(i, i) : plain.appended(i));
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Ordering<Object> ordering() {
        return (Ordering) scala.math.Ordering.Int$.MODULE$;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Ordering<String> stringOrdering() {
        return (Ordering) scala.math.Ordering.String$.MODULE$;
    }
}
