package dev.sonde.agent;

/** A request that cannot be done, with the reason for the person who asked. */
final class Refusal extends RuntimeException {

    Refusal(String reason) {
        super(reason, null, false, false);
    }
}
