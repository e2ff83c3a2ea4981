package java.lang;

import java.lang.module.ModuleDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * The shape of the JDK's class of this name, which came with 9, so that {@code dev.sonde.agent.Memory9} can be compiled against
 * it. It never goes into the agent's jar, and where it is on a class path the JDK's own comes first.
 */
public final class Module {

    private Module() {}

    /** Null for an unnamed one. */
    public native @Nullable ModuleDescriptor getDescriptor();
}
