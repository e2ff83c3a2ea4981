package dev.sonde.shell.web;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What is answered: a status, a media type and a body, which is at hand as a whole.
 *
 * @param headers besides those that every response has
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Response(int status, String type, byte[] body, Map<String, String> headers) {

    static final int OK = 200;
    static final int WRONG = 400;
    static final int NOT_GRANTED = 403;
    static final int NOT_FOUND = 404;
    static final int WRONG_METHOD = 405;
    static final int REFUSED = 409;
    static final int GONE = 410;
    static final int MISDIRECTED = 421;
    static final int FAULT = 500;
    static final int ENDED = 503;
    static final int OUT_OF_TIME = 504;

    private static final String TEXT = "text/plain; charset=utf-8";

    public Response {
        headers = Map.copyOf(headers);
    }

    /** A sentence, as the shell would say it. */
    public static Response text(int status, String text) {
        return new Response(status, TEXT, (text + "\n").getBytes(StandardCharsets.UTF_8), Map.of());
    }

    static Response plain(String text) {
        return new Response(OK, TEXT, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    static Response html(String page) {
        return new Response(OK, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    static Response json(byte[] json) {
        return new Response(OK, "application/json", json, Map.of());
    }

    /** A file to keep, under a name that a browser proposes. */
    static Response file(String type, String name, byte[] bytes) {
        return new Response(OK, type, bytes, Map.of("content-disposition", "attachment; filename=\"" + name + "\""));
    }

    static Response movedTo(String path) {
        return new Response(302, TEXT, new byte[0], Map.of("location", path));
    }
}
