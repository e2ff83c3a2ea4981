package dev.sonde.shell.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/**
 * Which path is answered by what:
 *
 * <ul>
 *   <li>{@code /}, {@code /profile/N}, {@code /diff/A/B}, {@code /timeline/N}: pages, the same for everybody; what is in them
 *       they ask for;
 *   <li>{@code /assets/…}: what pages are made of;
 *   <li>{@code /api/…}: what is in the pages, see {@link PageData};
 *   <li>{@code /debug/pprof/…} and {@code /TARGET/debug/pprof/…}: what Go's tools know, see {@link GoPaths}.
 * </ul>
 */
public final class Site {

    private static final Logger LOG = Logger.getLogger(Site.class.getName());
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");

    private final Assets assets = new Assets();
    private final PageData data = new PageData();
    private final GoPaths goPaths = new GoPaths();

    /** Answers a request; whatever goes wrong is an answer too. */
    public Response answer(Request request, Visit visit) throws InterruptedException {
        List<String> path = segments(request.path());
        Optional<String> page = page(path);
        Optional<Response> refused = Gate.refusal(request, page.isPresent());
        if (refused.isPresent()) {
            return refused.get();
        }
        try {
            return page.isPresent() ? assets.page(page.get()) : found(path, request, visit);
        } catch (Unanswered e) {
            return e.response();
        } catch (RuntimeException e) {
            LOG.log(Level.SEVERE, "a request to " + path + " failed", e);
            return Response.text(Response.FAULT, "internal error; the server's log has more");
        }
    }

    private Response found(List<String> path, Request request, Visit visit) throws Unanswered, InterruptedException {
        Optional<Response> asset =
                path.size() == 2 && path.get(0).equals("assets") ? assets.find(path.get(1)) : Optional.empty();
        if (asset.isPresent()) {
            return asset.get();
        }
        if (path.get(0).equals("api")) {
            return data.answer(path.subList(1, path.size()), request, visit);
        }
        int debug = path.indexOf("debug");
        if ((debug == 0 || debug == 1)
                && path.size() > debug + 1
                && path.get(debug + 1).equals("pprof")) {
            Optional<String> target = debug == 0 ? Optional.empty() : Optional.of(path.get(0));
            return goPaths.answer(target, path.subList(debug + 2, path.size()), request, visit);
        }
        throw new Unanswered(Response.NOT_FOUND, "there is no " + String.join("/", path) + " here");
    }

    /** The file of the page that a path names. */
    private static Optional<String> page(List<String> path) {
        boolean numbers =
                path.stream().skip(1).allMatch(part -> NUMBER.matcher(part).matches());
        return switch (path.get(0) + " " + (path.size() - 1)) {
            case " 0" -> Optional.of("profiles.html");
            case "timeline 1" -> numbers ? Optional.of("timeline.html") : Optional.empty();
            case "profile 1", "diff 2" -> numbers ? Optional.of("profile.html") : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** The parts between the slashes, without an empty one at the end; never none. */
    private static List<String> segments(String path) {
        List<String> parts = new ArrayList<>(
                List.of(path.substring(path.startsWith("/") ? 1 : 0).split("/", -1)));
        if (parts.size() > 1 && parts.get(parts.size() - 1).isEmpty()) {
            parts.remove(parts.size() - 1);
        }
        return parts;
    }
}
