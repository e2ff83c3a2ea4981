package dev.sonde.shell;

import dev.sonde.commands.guard.Fired;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A POST of what a guard found, as JSON, to the address that the owner has set. Redirections are not followed. What fails in
 * passing (no connection, no answer in time, a 5xx) is tried three times.
 */
final class Webhook implements Teller.Way {

    private static final int TRIES = 3;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final URI address;
    private final Duration patience;
    private final Duration firstPause;
    private final HttpClient client;

    Webhook(URI address, Duration patience) {
        this(address, patience, FIRST_PAUSE);
    }

    /** One that pauses for so long after its first try; after its second, four times as long. */
    Webhook(URI address, Duration patience, Duration firstPause) {
        this.address = address;
        this.patience = patience;
        this.firstPause = firstPause;
        this.client = HttpClient.newBuilder()
                .connectTimeout(patience)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    @Override
    public void tell(Fired fired) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .header("User-Agent", "Sonde")
                .POST(HttpRequest.BodyPublishers.ofString(fired.json() + "\n"))
                .build();
        for (int tries = 1; ; tries++) {
            String wrong = once(request);
            if (wrong.isEmpty()) {
                return;
            }
            if (tries >= TRIES || wrong.startsWith("it answered 4") || wrong.startsWith("it answered 3")) {
                throw new IOException(wrong);
            }
            TimeUnit.NANOSECONDS.sleep(
                    firstPause.multipliedBy(tries).multipliedBy(tries).toNanos());
        }
    }

    /** What is wrong; empty when it was taken. */
    private String once(HttpRequest request) throws InterruptedException {
        CompletableFuture<HttpResponse<Void>> sent = client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        try {
            // The time-out of a request is over with the head of its answer: a body could hang for ever.
            int status = sent.get(patience.toNanos(), TimeUnit.NANOSECONDS).statusCode();
            return status / 100 == 2 ? "" : "it answered " + status;
        } catch (TimeoutException e) {
            return "no answer in " + patience.toMillis() + " ms";
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            // A message may hold the address, which is the owner's.
            return "it cannot be reached: " + cause.getClass().getSimpleName();
        } finally {
            sent.cancel(true);
        }
    }
}
