package dev.sonde.weave.plain;

import java.util.LinkedHashMap;
import java.util.Map;

/** What is known of a value before it is there. In Java it is a Boolean, Long, Double, String, List, Map, or null. */
public sealed interface PlainType {

    /** How a message calls it. */
    String shown();

    /** Types without parts. */
    enum Simple implements PlainType {
        FLAG("a flag"),
        WHOLE("a whole number"),
        NUMBER("a number"),
        TEXT("a text"),
        /** Found out when it is there. */
        ANY("a value"),
        /** Of a function: whatever its first argument, or that one's elements, are. */
        SAME("a value");

        private final String shown;

        Simple(String shown) {
            this.shown = shown;
        }

        @Override
        public String shown() {
            return shown;
        }
    }

    /** A list. */
    record Several(PlainType element) implements PlainType {
        @Override
        public String shown() {
            return "a list";
        }
    }

    /** A map from texts to values of one type. */
    record Entries(PlainType value) implements PlainType {
        @Override
        public String shown() {
            return "a map";
        }
    }

    /**
     * A map of which the keys are known; not all of them need be there.
     *
     * @param name unique among the types of one expression
     */
    record Fields(String name, Map<String, PlainType> fields) implements PlainType {
        public Fields {
            fields = new LinkedHashMap<>(fields);
        }

        @Override
        public String shown() {
            return "an object";
        }
    }
}
