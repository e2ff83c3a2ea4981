package dev.sonde.shell.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files that the pages are made of: those that are named here, read once. */
final class Assets {

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");

    private static final List<String> NAMES = List.of(
            "profiles.html",
            "profile.html",
            "timeline.html",
            "icon.svg",
            "sonde.css",
            "common.js",
            "profiles.js",
            "profile.js",
            "timeline.js",
            "lanes.js",
            "graph.js",
            "tree.js");

    private final Map<String, Response> files = new HashMap<>();

    Assets() {
        for (String name : NAMES) {
            files.put(name, read(name));
        }
    }

    Optional<Response> find(String name) {
        return Optional.ofNullable(files.get(name));
    }

    Response page(String name) {
        return find(name).orElseThrow(() -> new IllegalStateException("no page " + name));
    }

    private static Response read(String name) {
        try (InputStream in = Assets.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the page " + name + " is not packed");
            }
            String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain");
            return new Response(Response.OK, type, in.readAllBytes(), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
