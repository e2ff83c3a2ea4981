package dev.sonde.shell.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The files that the pages are made of: those that are named here, read once. Around each page is the same frame. */
final class Assets {

    private static final Map<String, String> TYPES = Map.of(
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");

    private static final List<String> PAGES = List.of("profiles", "profile", "timeline");

    private static final List<String> NAMES = List.of(
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
    private final Map<String, Response> pages = new HashMap<>();

    Assets() {
        for (String name : NAMES) {
            String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain");
            files.put(name, new Response(Response.OK, type, read(name), Map.of()));
        }
        String frame = new String(read("frame.html"), StandardCharsets.UTF_8);
        for (String name : PAGES) {
            String page = frame.replace("@TITLE@", name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1))
                    .replace("@NAME@", name)
                    .replace("@CONTENT@", new String(read(name + ".html"), StandardCharsets.UTF_8));
            byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
            pages.put(name, new Response(Response.OK, "text/html; charset=utf-8", bytes, Map.of()));
        }
    }

    Optional<Response> find(String name) {
        return Optional.ofNullable(files.get(name));
    }

    Response page(String name) {
        return Optional.ofNullable(pages.get(name)).orElseThrow(() -> new IllegalStateException("no page " + name));
    }

    private static byte[] read(String name) {
        try (InputStream in = Assets.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the page " + name + " is not packed");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
