package dev.sonde.jvm;

import java.util.HashSet;
import java.util.Set;

/** One JVM, shared by the handles of all sessions. */
final class LocalJvm {

    final LocalProcesses.Jvm process;
    final AttachPoint attach;
    final Links links;
    private final Set<LocalTarget> handles = new HashSet<>();

    LocalJvm(LocalProcesses.Jvm process, Links links) {
        this.process = process;
        this.links = links;
        this.attach = new AttachPoint(process.id.pid(), process.startTicks);
    }

    synchronized LocalTarget open(String owner) {
        LocalTarget handle = new LocalTarget(this, owner);
        handles.add(handle);
        return handle;
    }

    synchronized void close(LocalTarget handle) {
        handles.remove(handle);
    }

    synchronized boolean unused() {
        return handles.isEmpty();
    }
}
