package dev.sonde.shell;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Where the server listens: {@code HOST:PORT}; port 0 takes a free one. */
record Endpoint(String host, int port) {

    static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon > 0) {
            String host = text.substring(0, colon);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            try {
                int port = Integer.parseInt(text.substring(colon + 1));
                if (port >= 0 && port <= 65_535 && !host.isBlank()) {
                    return new Endpoint(host, port);
                }
            } catch (NumberFormatException e) {
                // said below
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not HOST:PORT, such as 127.0.0.1:2222");
    }

    boolean isLoopback() throws StartError {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!address.isLoopbackAddress()) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException e) {
            throw new StartError("listen: the host '" + host + "' has no address", e);
        }
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
