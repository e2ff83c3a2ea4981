package dev.sonde.jvm;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.charset.StandardCharsets;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/**
 * An agent that is not ours: in one class it turns the {@code "hello "} of its code into {@code "HELLO "}, with nothing but the
 * JDK at hand.
 */
final class Stranger {

    private Stranger() {}

    public static void premain(String internalName, Instrumentation instrumentation) {
        instrumentation.addTransformer(
                new ClassFileTransformer() {
                    @Override
                    public byte @Nullable [] transform(
                            @Nullable ClassLoader loader,
                            @Nullable String name,
                            @Nullable Class<?> redefined,
                            @Nullable ProtectionDomain domain,
                            byte[] bytes) {
                        return internalName.equals(name) ? shout(bytes) : null;
                    }
                },
                true);
    }

    private static byte[] shout(byte[] bytes) {
        byte[] changed = bytes.clone();
        byte[] wanted = "hello ".getBytes(StandardCharsets.US_ASCII);
        outer:
        for (int at = 0; at <= changed.length - wanted.length; at++) {
            for (int i = 0; i < wanted.length; i++) {
                if (changed[at + i] != wanted[i]) {
                    continue outer;
                }
            }
            for (int i = 0; i < wanted.length; i++) {
                changed[at + i] = (byte) Character.toUpperCase((char) wanted[i]);
            }
        }
        return changed;
    }
}
