package dev.sonde.jvm;

import dev.sonde.weave.ClassModel;
import dev.sonde.weave.MethodKey;
import dev.sonde.weave.Weaver;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why methods cannot be woven. There is one judgement: what arming a probe asks here before it touches anything is what the
 * lists of classes and methods tell, and the weaver itself is asked by weaving, into bytes that are thrown away.
 */
final class Refusals {

    private static final Weaver WEAVER = new Weaver();

    private Refusals() {}

    /** Of a method by its declaration alone. */
    static Optional<String> withoutCode(ClassModel.Method method) {
        return method.hasCode()
                ? Optional.empty()
                : Optional.of("is " + (Modifier.isNative(method.access()) ? "native" : "abstract")
                        + " and has no code to weave");
    }

    /** Of methods, each as if a probe were set on it alone; those that can be woven are left out. */
    static Map<MethodKey, String> of(byte[] classFile, List<ClassModel.Method> methods) {
        Map<MethodKey, String> refused = new HashMap<>();
        Map<MethodKey, Integer> wanted = new LinkedHashMap<>();
        for (ClassModel.Method method : methods) {
            withoutCode(method).ifPresent(why -> refused.put(method.key(), why));
            if (method.hasCode()) {
                wanted.put(method.key(), wanted.size() + 1);
            }
        }
        // All at once first: what none is refused in is refused in none alone.
        weave(classFile, wanted).keySet().forEach(key -> {
            String alone = weave(classFile, Map.of(key, 1)).get(key);
            if (alone != null) {
                refused.put(key, alone);
            }
        });
        return refused;
    }

    private static Map<MethodKey, String> weave(byte[] classFile, Map<MethodKey, Integer> wanted) {
        if (wanted.isEmpty()) {
            return Map.of();
        }
        try {
            return WEAVER.weave(classFile, wanted, 0).refused();
        } catch (RuntimeException | StackOverflowError e) {
            Map<MethodKey, String> refused = new HashMap<>();
            wanted.keySet().forEach(key -> refused.put(key, "its class cannot be woven: " + e));
            return refused;
        }
    }
}
