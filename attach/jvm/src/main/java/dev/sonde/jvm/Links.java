package dev.sonde.jvm;

import java.nio.file.Path;
import java.util.List;

/** The bastion's end of all links. */
final class Links {

    private final Path home;

    Links(Path home) {
        this.home = home;
    }

    Path home() {
        return home;
    }

    void close(List<LocalJvm> jvms) {
        for (LocalJvm jvm : jvms) {
            jvm.unused();
        }
    }
}
