package dev.sonde.jvm;

/** The target ended, or the link to it was lost. */
public final class TargetGone extends TargetError {

    public TargetGone(String message) {
        super(message);
    }
}
