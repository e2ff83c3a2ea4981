package dev.sonde.commands;

/**
 * Where a client has reached the server, as the server sees it: what the client called it is not known.
 *
 * @param user the name that was typed to {@code ssh}
 * @param host an address of the server
 */
public record Reached(String user, String host, int port) {}
