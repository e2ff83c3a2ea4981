package dev.sonde.jvm;

import dev.sonde.weave.LineMap;
import java.util.List;
import java.util.OptionalInt;

/**
 * Where a probe is to be in a method whose lines are hooked, all of them.
 *
 * @param lines as the class file has them that the loader gave
 * @param line empty for all spots of the method
 */
record LinePlace(Selection.Chosen method, LineMap lines, OptionalInt line) {

    List<LineMap.Spot> spots() {
        return spots(lines);
    }

    /** The same in the code that was woven in the end, which another agent may have changed. */
    List<LineMap.Spot> spots(LineMap map) {
        return line.isPresent()
                ? map.at(line.getAsInt())
                : map.spots().stream().filter(spot -> spot.refusal().isEmpty()).toList();
    }

    LinePlace in(LineMap map) {
        return new LinePlace(method, map, line);
    }
}
