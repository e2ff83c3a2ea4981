package dev.sonde.jvm;

/**
 * A class that is loaded in the target.
 *
 * @param name as {@link Class#getName()} gives it
 * @param loader such as {@code app}, {@code boot}, or {@code LaunchedURLClassLoader#3}: what {@code --loader} accepts
 * @param modifiable whether it can be woven
 */
public record LoadedClass(int id, String name, String loader, boolean isInterface, boolean modifiable, boolean woven) {}
