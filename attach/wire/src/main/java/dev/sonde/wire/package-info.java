/**
 * What the bastion and the agent say to each other: frames, their codec, and the data that travels in them.
 *
 * <p>This package is loaded into the target, so it is Java 8, needs {@code java.base} alone, and stays small. Whatever
 * arrives is untrusted: {@link dev.sonde.wire.WireReader} checks every length before it allocates.
 * Null means absent only where {@code @Nullable} says so (the package annotation for that needs a Java 9 class file).
 */
package dev.sonde.wire;
