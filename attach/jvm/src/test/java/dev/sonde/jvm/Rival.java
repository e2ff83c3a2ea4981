package dev.sonde.jvm;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.Scanner;
import org.jspecify.annotations.Nullable;

/**
 * A program with another agent in it, whose transformer breaks one class whenever that is retransformed: a method that
 * returns an int is made to return an object.
 */
final class Rival {

    private Rival() {}

    static final class Broken {
        private Broken() {}

        static int answer() {
            return 12_345;
        }

        static String other() {
            return "other";
        }
    }

    static final class Sound {
        private Sound() {}

        static int answer() {
            return 54_321;
        }
    }

    public static void main(String[] args) {
        System.out.println("LOADED " + Broken.answer() + Broken.other() + Sound.answer());
        System.out.println("READY");
        Scanner in = new Scanner(System.in, "UTF-8");
        while (in.hasNextLine() && !in.nextLine().isEmpty()) {
            System.out.println("ANSWERS " + Broken.answer() + " " + Sound.answer());
        }
    }

    /** The agent of somebody else. */
    static final class Transformer implements ClassFileTransformer {

        public static void premain(@Nullable String nothing, Instrumentation instrumentation) {
            instrumentation.addTransformer(new Transformer(), true);
        }

        @Override
        public byte @Nullable [] transform(
                @Nullable ClassLoader loader,
                String name,
                @Nullable Class<?> redefined,
                @Nullable ProtectionDomain domain,
                byte[] bytes) {
            if (redefined == null || !name.endsWith("Rival$Broken")) {
                return null;
            }
            byte[] broken = bytes.clone();
            for (int at = 0; at + 3 < broken.length; at++) {
                // sipush 12345, ireturn
                if (broken[at] == 0x11
                        && broken[at + 1] == 0x30
                        && broken[at + 2] == 0x39
                        && broken[at + 3] == (byte) 0xAC) {
                    broken[at + 3] = (byte) 0xB0; // areturn
                }
            }
            return broken;
        }
    }
}
