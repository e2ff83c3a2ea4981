package dev.sonde.weave;

import java.util.Map;

/**
 * What became of a class: its new class file, and the methods that were left alone.
 *
 * @param bytes the class file; the original one when every method was refused
 * @param refused the methods that carry no hooks, each with the reason, lower case
 */
@SuppressWarnings("ArrayRecordComponent") // it is compared by nobody, and copying class files costs
public record WovenClass(byte[] bytes, Map<MethodKey, String> refused) {

    public WovenClass {
        refused = Map.copyOf(refused);
    }
}
