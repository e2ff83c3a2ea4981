package java.net;

/**
 * The shape of the JDK's class of this name, which came with 16, so that {@code dev.sonde.agent.Link} can be compiled against
 * it. It never goes into the agent's jar, and where it is on a class path the JDK's own comes first.
 */
@SuppressWarnings("serial")
public final class UnixDomainSocketAddress extends SocketAddress {

    private UnixDomainSocketAddress() {}

    public static native UnixDomainSocketAddress of(String path);
}
