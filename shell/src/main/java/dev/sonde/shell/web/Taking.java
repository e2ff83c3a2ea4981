package dev.sonde.shell.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sonde.commands.Exit;
import dev.sonde.profile.Kind;
import dev.sonde.profile.ProfileStore.Kept;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** A profile to be taken: a line {@code profile KIND --for …}, whose profile then stays under its number as any other does. */
record Taking(Kind kind, int seconds) {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MOST_SECONDS = 3_600;

    /** @throws Unanswered when the words are no kind, or no time */
    static Taking of(String kind, String seconds) throws Unanswered {
        Optional<Kind> known = Arrays.stream(Kind.values())
                .filter(each -> each.word().equals(kind))
                .findFirst();
        if (known.isEmpty()) {
            throw new Unanswered(
                    Response.WRONG,
                    "kind: '" + kind + "' is none of "
                            + Arrays.stream(Kind.values()).map(Kind::word).collect(Collectors.joining(", ")));
        }
        return new Taking(known.get(), seconds(seconds));
    }

    static int seconds(String text) throws Unanswered {
        if (!text.matches("[1-9]\\d{0,3}") || Integer.parseInt(text) > MOST_SECONDS) {
            throw new Unanswered(Response.WRONG, "seconds: '" + text + "' is not a count from 1 to " + MOST_SECONDS);
        }
        return Integer.parseInt(text);
    }

    /** Takes it; gives it as it is kept. */
    Kept take(long pid, Visit visit) throws Unanswered, IOException {
        Visit.Said said = visit.run("@" + pid + " " + (kind == Kind.TIMELINE ? "" : "profile ") + kind.word()
                + (kind == Kind.THREADS ? "" : " --for " + seconds + "s") + " --json");
        if (said.exit() != Exit.DONE) {
            throw Unanswered.of(said);
        }
        OptionalLong number = number(said.out());
        Optional<Kept> kept = number.isPresent() ? visit.profiles().find(number.getAsLong()) : Optional.empty();
        return kept.orElseThrow(() -> new Unanswered(Response.REFUSED, "the profile was taken, and is kept no more"));
    }

    /** The number of the profile whose top a line gave: {@code "profile":"#7"}. */
    private static OptionalLong number(String rows) throws IOException {
        try (JsonParser json = JSON.createParser(rows)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.VALUE_STRING
                        && "profile".equals(json.currentName())
                        && json.getText().matches("#\\d{1,18}")) {
                    return OptionalLong.of(Long.parseLong(json.getText().substring(1)));
                }
            }
        }
        return OptionalLong.empty();
    }
}
