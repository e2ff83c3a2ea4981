package dev.sonde.jvm;

import java.time.Instant;

/** Which JVM: the host, the pid there, and when the process started, so that a reused pid is another target. */
public record TargetId(String host, long pid, Instant started) {

    @Override
    public String toString() {
        return host.equals("local") ? Long.toString(pid) : host + "/" + pid;
    }
}
