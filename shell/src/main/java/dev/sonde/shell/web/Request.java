package dev.sonde.shell.web;

import java.util.Map;
import java.util.Optional;

/**
 * One request, as far as anything here looks at it.
 *
 * @param path decoded, with a slash in front
 * @param query the first value of each parameter, decoded
 * @param headers by their names in lower case; of a repeated one the first
 */
public record Request(String method, String path, Map<String, String> query, Map<String, String> headers) {

    public Request {
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
    }

    Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
    }

    /** Whether it only reads: {@code GET} or {@code HEAD}. */
    boolean reads() {
        return method.equals("GET") || method.equals("HEAD");
    }
}
