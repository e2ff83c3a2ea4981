package dev.sonde.shell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.testing.Await;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real Chromium without a window, spoken to as WebDriver says (W3C), over its own driver program. */
public final class Browser implements AutoCloseable {

    private static final Pattern STARTED = Pattern.compile("started successfully on port (\\d+)");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process driver;
    private final String session;
    private final HttpClient client = HttpClient.newHttpClient();

    /** @param profile an empty folder for what the browser keeps */
    public Browser(Path profile) throws Exception {
        driver = new ProcessBuilder("chromedriver", "--port=0")
                .redirectErrorStream(true)
                .start();
        int port = port(driver);
        String base = "http://127.0.0.1:" + port + "/session";
        JsonNode made = send(
                "POST",
                base,
                Map.of(
                        "capabilities",
                        Map.of(
                                "alwaysMatch",
                                Map.of(
                                        "goog:loggingPrefs",
                                        Map.of("browser", "ALL"),
                                        "goog:chromeOptions",
                                        Map.of(
                                                "args",
                                                List.of(
                                                        "--headless",
                                                        "--no-sandbox",
                                                        "--disable-gpu",
                                                        "--disable-quic",
                                                        "--disable-dev-shm-usage",
                                                        "--no-first-run",
                                                        "--disable-background-networking",
                                                        "--disable-component-update",
                                                        "--disable-sync",
                                                        "--window-size=1200,800",
                                                        "--user-data-dir=" + profile))))));
        session = base + "/" + made.get("sessionId").asText();
    }

    /** Whether there is a Chromium here, and what drives it. */
    public static boolean isInstalled() throws Exception {
        Process found = new ProcessBuilder("sh", "-c", "command -v chromium && command -v chromedriver")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return found.waitFor() == 0;
    }

    private static int port(Process driver) throws Exception {
        BufferedReader said =
                new BufferedReader(new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher started = STARTED.matcher(line);
            if (started.find()) {
                return Integer.parseInt(started.group(1));
            }
        }
        throw new AssertionError("chromedriver ended with " + driver.waitFor());
    }

    private JsonNode send(String method, String url, Object body) throws Exception {
        HttpRequest.BodyPublisher sent = method.equals("POST")
                ? HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))
                : HttpRequest.BodyPublishers.noBody();
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(url))
                        .method(method, sent)
                        .timeout(Duration.ofMinutes(2))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        JsonNode value = JSON.readTree(answer.body()).get("value");
        if (answer.statusCode() != 200) {
            throw new AssertionError(method + " " + url + " " + body + ": " + value);
        }
        return value;
    }

    /** Opens a page and waits until it has what it asked for. */
    public void open(String url) throws Exception {
        JsonNode unused = send("POST", session + "/url", Map.of("url", url));
        await("return document.body.dataset.loaded === 'true'");
    }

    /** Runs a function's body in the page and gives what it returns. */
    public JsonNode run(String script) throws Exception {
        return send("POST", session + "/execute/sync", Map.of("script", script, "args", List.of()));
    }

    /** Waits until a function's body gives true. */
    public void await(String script) throws Exception {
        try {
            Await.until(script, Duration.ofSeconds(60), () -> run(script).asBoolean());
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; the page shows: " + text("body") + log(), e);
        }
    }

    /** What a person reads of an element. */
    String text(String selector) throws Exception {
        return run("return document.querySelector('" + selector + "').innerText")
                .asText();
    }

    /** Presses keys one after the other, on what has the focus. */
    void press(String... keys) throws Exception {
        for (String key : keys) {
            JsonNode unused = send(
                    "POST",
                    session + "/actions",
                    Map.of(
                            "actions",
                            List.of(Map.of(
                                    "type",
                                    "key",
                                    "id",
                                    "keyboard",
                                    "actions",
                                    List.of(
                                            Map.of("type", "keyDown", "value", key),
                                            Map.of("type", "keyUp", "value", key))))));
        }
    }

    /** Clicks on an element, as a mouse does. */
    void click(String selector) throws Exception {
        JsonNode found = send("POST", session + "/element", Map.of("using", "css selector", "value", selector));
        String id = found.elements().next().asText();
        JsonNode unused = send("POST", session + "/element/" + id + "/click", Map.of());
    }

    /** What the page and the browser complained of. */
    public String log() throws Exception {
        return send("POST", session + "/se/log", Map.of("type", "browser")).toString();
    }

    /** Keeps a picture of what is seen, where {@code -Dscreenshots=FOLDER} says. */
    public void picture(String name) throws Exception {
        String folder = System.getProperty("screenshots");
        if (folder != null) {
            byte[] png = Base64.getDecoder()
                    .decode(send("GET", session + "/screenshot", Map.of()).asText());
            Files.write(Files.createDirectories(Path.of(folder)).resolve(name + ".png"), png);
        }
    }

    @Override
    public void close() throws Exception {
        try {
            JsonNode unused = send("DELETE", session, Map.of());
        } finally {
            driver.destroy();
            driver.waitFor();
        }
    }
}
