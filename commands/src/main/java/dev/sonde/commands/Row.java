package dev.sonde.commands;

/**
 * One thing that a command found. Rows are records: the same row becomes a line of a table, a JSON object, a playbook's
 * variable. Component names are lowerCamelCase with the unit in them ({@code heapUsedBytes}, {@code costMs}); a component
 * may be a primitive, String, Instant, Duration, Optional…, an enum, a List, a Map, another record, or a {@link
 * dev.sonde.jvm.Value}.
 */
public interface Row {

    /** The {@code "type"} of the JSON object, such as {@code thread}. */
    String type();
}
