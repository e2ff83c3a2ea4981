package dev.sonde.timeline;

import java.util.Locale;

/** What is told of a time: what a thread did in it, or the JVM. */
public enum State {
    /** Ready to run, and without a processor. Known of a thread in all, as the kernel counts it, and of no point in time. */
    RUNNABLE(Of.THREAD, 'q'),
    /** Waits for a monitor that another has. */
    BLOCKED(Of.THREAD, 'b'),
    /** Parked by {@code java.util.concurrent}: for a lock, a future, a permit. */
    PARKED(Of.THREAD, 'p'),
    /** In {@code Object.wait}. */
    WAITING(Of.THREAD, 'w'),
    SLEEPING(Of.THREAD, 's'),
    /** Reads or writes a socket, or waits for one. */
    SOCKET(Of.THREAD, 'n'),
    /** Reads or writes a file. */
    FILE(Of.THREAD, 'f'),
    /** Waits for work: a worker of a pool without a task, a selector, a thread of the JDK's own. */
    IDLE(Of.THREAD, 'i'),
    /** A virtual thread waits and keeps its carrier. */
    PINNED(Of.WHILE, ' '),
    LOADING(Of.WHILE, ' '),
    COMPILING(Of.WHILE, ' '),
    /** An exception or error is made. */
    THROWN(Of.WHILE, ' '),
    /** All of the application stands still for a collection. */
    PAUSE(Of.JVM, ' '),
    PHASE(Of.JVM, ' '),
    /** Garbage is collected while the application runs. */
    CONCURRENT(Of.JVM, ' '),
    /** A collection from its begin to its end, whether the application stands still or not. */
    COLLECTION(Of.JVM, ' '),
    /** All of the application stands still. */
    SAFEPOINT(Of.JVM, ' '),
    /** The JVM waits for the last thread to stand still: part of a safepoint. */
    REACHING(Of.JVM, ' '),
    /** What the JVM's own thread does. */
    OPERATION(Of.JVM, ' ');

    private enum Of {
        /** A thread makes no headway meanwhile, and is in no other of these states. */
        THREAD,
        /** It may do anything else meanwhile. */
        WHILE,
        JVM
    }

    private final Of of;
    private final char letter;

    State(Of of, char letter) {
        this.of = of;
        this.letter = letter;
    }

    /** Whether a thread stands still in it. */
    public boolean waits() {
        return of == Of.THREAD;
    }

    /** One letter for a bar. */
    public char letter() {
        return letter;
    }

    /** As it is shown: {@code blocked}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
