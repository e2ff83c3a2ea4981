package java.lang.module;

import java.util.Optional;

/**
 * The shape of the JDK's class of this name, which came with 9, so that {@code dev.sonde.agent.Origins} can be compiled against
 * it. It never goes into the agent's jar, and where it is on a class path the JDK's own comes first.
 */
public final class ModuleDescriptor {

    private ModuleDescriptor() {}

    public native String name();

    public native Optional<String> rawVersion();
}
