package dev.sonde.shell.web;

import java.util.Optional;

/** Which path is answered by what. */
public final class Site {

    private final Assets assets = new Assets();

    /** Answers a request; whatever goes wrong is an answer too. */
    public Response answer(Request request, Visit visit) {
        Optional<Response> refused = Gate.refusal(request, true);
        return refused.orElseGet(() -> assets.page("profiles.html"));
    }
}
