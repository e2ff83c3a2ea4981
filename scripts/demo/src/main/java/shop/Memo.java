package shop;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Remembers what a function said. For functions with few different arguments: nothing is ever forgotten. */
final class Memo<K, V> {

    private final Map<K, V> known = new ConcurrentHashMap<>();
    private final Function<K, V> function;

    Memo(Function<K, V> function) {
        this.function = function;
    }

    V get(K key) {
        return known.computeIfAbsent(key, function);
    }
}
