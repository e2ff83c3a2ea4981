package dev.sonde.weave.source;

import java.util.List;
import java.util.function.Supplier;

/** What a decompiler meets: generics, lambdas, inner classes, an enum, a record. */
class Basket<T extends Comparable<T>> {

    enum Kind {
        SMALL,
        LARGE
    }

    record Line(String sku, int count) {}

    private final List<T> things;

    Basket(List<T> things) {
        this.things = things;
    }

    int fitting(T than) {
        return (int) things.stream().filter(thing -> thing.compareTo(than) > 0).count();
    }

    Kind kind(int most) {
        if (things.size() > most) {
            return Kind.LARGE;
        }
        return Kind.SMALL;
    }

    Kind kind() {
        Supplier<Kind> later = () -> kind(3);
        return later.get();
    }

    class Inside {
        int size() {
            return things.size();
        }
    }
}
