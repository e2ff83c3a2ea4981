package dev.sonde.weave;

import java.util.Optional;

/** Gives class files by name, as one class of the target would see them. */
public interface ClassSource {

    /**
     * The class file of a class that is loaded and visible, or empty when it is not loaded (its type is then unknown, not
     * wrong).
     *
     * @param className as {@link Class#getName()} gives it
     */
    Optional<byte[]> classFile(String className);
}
