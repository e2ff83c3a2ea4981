package dev.sonde.weave;

import java.util.Map;
import java.util.Set;

/**
 * What became of a class: its new class file, and the methods that were left alone.
 *
 * @param bytes the class file; the original one when every method was refused
 * @param refused the methods that carry no hooks, each with the reason, lower case
 * @param lines the lines of the methods that carry line hooks, as they were found in the class file that was woven
 * @param refusedLines methods that were to carry line hooks and do not, each with the reason, lower case; they may carry the
 *     others
 * @param refusedSets methods with line hooks whose variables were to be settable and are not, each with the reason, lower case
 * @param uncompiled methods that have become so long that HotSpot does not compile them as long as they carry hooks
 */
@SuppressWarnings("ArrayRecordComponent") // it is compared by nobody, and copying class files costs
public record WovenClass(
        byte[] bytes,
        Map<MethodKey, String> refused,
        Map<MethodKey, LineMap> lines,
        Map<MethodKey, String> refusedLines,
        Map<MethodKey, String> refusedSets,
        Set<MethodKey> uncompiled) {

    public WovenClass {
        refused = Map.copyOf(refused);
        lines = Map.copyOf(lines);
        refusedLines = Map.copyOf(refusedLines);
        refusedSets = Map.copyOf(refusedSets);
        uncompiled = Set.copyOf(uncompiled);
    }
}
