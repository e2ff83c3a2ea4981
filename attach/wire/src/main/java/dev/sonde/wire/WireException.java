package dev.sonde.wire;

/** Bytes that are not what the protocol allows: too short, too long, or of an unknown kind. */
public final class WireException extends RuntimeException {

    public WireException(String message) {
        super(message);
    }
}
