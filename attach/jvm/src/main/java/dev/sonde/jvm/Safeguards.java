package dev.sonde.jvm;

import java.util.List;

/**
 * What holds for each target, whatever its probes ask for.
 *
 * @param hitsPerSecond of all probes of a target that have a rate of their own, together
 * @param budgetMicros microseconds of one processor in a second that all probes of a target with a budget may use together
 * @param maskedNames see {@link dev.sonde.wire.MaskedNames}
 * @param maskedTypes classes and interfaces whose objects are never shown
 */
public record Safeguards(int hitsPerSecond, int budgetMicros, List<String> maskedNames, List<String> maskedTypes) {

    /** What the owner of a production service would sign. */
    public static final Safeguards STANDARD = new Safeguards(
            1_000,
            20_000,
            List.of(
                    "password",
                    "passwd",
                    "pwd",
                    "passphrase",
                    "passcode",
                    "secret",
                    "credential",
                    "apikey",
                    "accesskey",
                    "privatekey",
                    "token",
                    "jwt",
                    "bearer",
                    "authorization",
                    "cookie",
                    "jsessionid",
                    "cvv",
                    "=card",
                    "cardno",
                    "cardnumber",
                    "creditcard",
                    "=ssn",
                    "socialsecurity"),
            List.of(
                    "java.security.Key",
                    "java.security.KeyStore",
                    "java.security.KeyPair",
                    "javax.security.auth.Destroyable",
                    "java.net.PasswordAuthentication",
                    "javax.crypto.Cipher",
                    "javax.crypto.Mac"));

    public Safeguards {
        maskedNames = List.copyOf(maskedNames);
        maskedTypes = List.copyOf(maskedTypes);
    }
}
