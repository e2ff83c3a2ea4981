package dev.sonde.agent;

import dev.sonde.wire.MaskedNames;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must not leave the target: values by the name of what holds them, and objects by their type. */
final class Masks {

    private volatile MaskedNames names = new MaskedNames(Collections.<String>emptyList());
    private volatile Set<String> types = new HashSet<>();

    void set(List<String> maskedNames, List<String> maskedTypes) {
        names = new MaskedNames(maskedNames);
        types = new HashSet<>(maskedTypes);
    }

    /** Whether what has this name is masked. */
    boolean name(String name) {
        return names.masks(name);
    }

    /** Whether what belongs to a key, of whatever type, is masked. */
    boolean key(@Nullable Object key) {
        Object simple = Ops.simple(key);
        return simple instanceof String && names.masks((String) simple);
    }

    /** Whether a class, one of its superclasses or one of its interfaces is masked. */
    boolean type(Class<?> type) {
        Set<String> all = types;
        if (all.isEmpty()) {
            return false;
        }
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            if (all.contains(each.getName())) {
                return true;
            }
            for (Class<?> above : each.getInterfaces()) {
                if (type(above)) {
                    return true;
                }
            }
        }
        return false;
    }
}
