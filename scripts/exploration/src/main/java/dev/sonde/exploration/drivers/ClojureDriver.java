package dev.sonde.exploration.drivers;

import clojure.java.api.Clojure;
import clojure.lang.IFn;

/** Clojure: its reader, its compiler (which makes classes as it goes) and its library. */
public final class ClojureDriver {

    private ClojureDriver() {}

    private static final String[] FORMS = {
        "(reduce + (map #(* % %) (range 1000)))",
        "(defn fib [n] (loop [a 0 b 1 i n] (if (zero? i) a (recur b (+' a b) (dec i))))) (fib 200)",
        "(defrecord Point [x y]) (assoc (->Point 1 2) :x 5 :z 9)",
        "(defprotocol Area (area [this])) (extend-protocol Area Point (area [p] (* (:x p) (:y p)))) (area (->Point 3 4))",
        "(defmulti kind :k) (defmethod kind :a [_] 'was-a) (defmethod kind :default [_] 'other) (map kind [{:k :a} {:k 2}])",
        "(into (sorted-map) (frequencies (map #(mod (* % 37) 11) (range 100))))",
        "(let [s (transient #{})] (dotimes [i 50] (conj! s (mod i 9))) (sort (persistent! s)))",
        "(try (/ 1 0) (catch ArithmeticException e (.getMessage e)) (finally 3))",
        "(def a (atom 0)) (dotimes [i 100] (swap! a + i)) @a",
        "(def r (ref [])) (dosync (alter r conj 1) (commute r conj 2)) @r",
        "(take 10 (iterate (fn [x] (if (even? x) (/ x 2) (+ 1 (* 3 x)))) 27))",
        "(transduce (comp (filter odd?) (map inc) (partition-all 3)) conj [] (range 20))",
        "(->> (for [x (range 5) y (range 5) :when (< x y)] [x y]) (group-by first) (sort) (map (comp count second)))",
        "(clojure.string/replace \"a1b22\" #\"\\d+\" #(str \"<\" % \">\"))",
        "(binding [*print-length* 3] (pr-str (range 10)))",
        "(let [{:keys [a b] :or {b 7} :as m} {:a 1 :c 3}] [a b (count m)])",
        "(macroexpand '(when-let [x 1] (println x)))",
        "(deftype Counter [^:unsynchronized-mutable n] clojure.lang.IFn (invoke [_] (set! n (inc n)) n)) (let [c (Counter. 1)] (c) (c))",
        "(str 1.5M \" \" 3/4 \" \" (bigint 1e20) \" \" (rationalize 0.25) \" \" (bit-xor 5 3) \" \" (unsigned-bit-shift-right -1 60))",
        "(vec (.toArray (java.util.ArrayList. (sort-by - (vec (range 40))))))",
        "(case (symbol \"x\") x :symbol y :other) ",
        "(with-out-str (doseq [x (lazy-seq (cons 1 (lazy-seq [2 3])))] (print x \"\")))",
        "(ex-data (try (throw (ex-info \"bad\" {:code 7})) (catch Exception e e)))",
        "(hash [1 2 {:a #{1 2}} \"x\" 'y 1.5])",
    };

    public static void main(String[] args) {
        IFn eval = Clojure.var("clojure.core", "load-string");
        Clojure.var("clojure.core", "require").invoke(Clojure.read("clojure.string"));
        IFn print = Clojure.var("clojure.core", "pr-str");
        IFn inNs = Clojure.var("clojure.core", "eval");
        inNs.invoke(Clojure.read("(in-ns 'user)"));
        for (String form : FORMS) {
            System.out.println(print.invoke(eval.invoke("(in-ns 'user) " + form)));
        }
    }
}
