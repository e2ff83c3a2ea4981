package dev.sonde.shell.web;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which requests are let in. Every page that the browser on the client's machine has open can send requests to its loopback
 * port; only what the person or our own pages sent may do anything.
 *
 * <ul>
 *   <li>The {@code Host} must be a name that is loopback whatever a name server says: a foreign name that was rebound to
 *       127.0.0.1 is not ours.
 *   <li>{@code Origin} and {@code Sec-Fetch-Site}, which browsers send and pages cannot forge, must not name another site.
 *       What is no browser (curl, {@code go tool pprof}) sends neither. A link from elsewhere may open a page, which does nothing.
 * </ul>
 */
final class Gate {

    private static final Pattern HOST = Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d{1,5})?");
    private static final Set<String> OURS = Set.of("same-origin", "none");

    private Gate() {}

    /**
     * Why a request is refused; empty when it is not.
     *
     * @param onlyShows whether it opens a page that does nothing by itself
     */
    static Optional<Response> refusal(Request request, boolean onlyShows) {
        Matcher host = HOST.matcher(request.header("host").orElse(""));
        if (!host.matches()) {
            return Optional.of(Response.text(
                    Response.MISDIRECTED, "the Host must be localhost, 127.0.0.1 or [::1], with any port"));
        }
        if (!request.reads() && !request.method().equals("POST")) {
            return Optional.of(Response.text(Response.WRONG_METHOD, "GET, HEAD and POST are accepted"));
        }
        Optional<String> origin = request.header("origin");
        if (origin.isPresent() && !origin.get().equals("http://" + host.group())) {
            return Optional.of(elsewhere());
        }
        Optional<String> site = request.header("sec-fetch-site");
        boolean link = onlyShows
                && request.reads()
                && request.header("sec-fetch-mode").filter("navigate"::equals).isPresent();
        if (site.isPresent() && !OURS.contains(site.get()) && !link) {
            return Optional.of(elsewhere());
        }
        return Optional.empty();
    }

    private static Response elsewhere() {
        return Response.text(Response.NOT_GRANTED, "a page of another site sent this request");
    }
}
