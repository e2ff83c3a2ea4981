package dev.sonde.weave;

/** A method of a class: name and descriptor (JVMS 4.3.3). */
public record MethodKey(String name, String descriptor) {}
