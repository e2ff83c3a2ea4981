package dev.sonde.agent;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What must not leave the target: values by the name of what holds them, and objects by their type. */
final class Masks {

    private volatile List<String> names = new ArrayList<>();
    private volatile Set<String> types = new HashSet<>();

    void set(List<String> maskedNames, List<String> maskedTypes) {
        List<String> normalised = new ArrayList<>();
        for (int i = 0; i < maskedNames.size(); i++) {
            normalised.add(normalise(maskedNames.get(i)));
        }
        names = normalised;
        types = new HashSet<>(maskedTypes);
    }

    /** Whether a name, in whatever case and with whatever dashes, contains one of the masked ones. */
    boolean name(String name) {
        List<String> all = names;
        if (all.isEmpty()) {
            return false;
        }
        String plain = normalise(name);
        for (int i = 0; i < all.size(); i++) {
            if (plain.contains(all.get(i))) {
                return true;
            }
        }
        return false;
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

    private static String normalise(String name) {
        int length = Math.min(name.length(), 256);
        StringBuilder plain = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (c != '_' && c != '-') {
                plain.append(Character.toLowerCase(c));
            }
        }
        return plain.toString();
    }
}
