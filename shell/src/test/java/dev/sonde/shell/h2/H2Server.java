package dev.sonde.shell.h2;

import org.h2.tools.Server;

/** An H2 database server, as a program of its own: prints {@code READY port N} and ends with its standard input. */
final class H2Server {

    private H2Server() {}

    public static void main(String[] args) throws Exception {
        // Without it the server listens on every address.
        System.setProperty("h2.bindAddress", "127.0.0.1");
        Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
        System.out.println("READY port " + server.getPort());
        while (System.in.read() >= 0) {
            // whatever is typed means nothing
        }
        server.stop();
    }
}
