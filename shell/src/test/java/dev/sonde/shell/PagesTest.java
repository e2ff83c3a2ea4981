package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sonde.profile.ProfileStore;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages in a real Chromium that comes through the real {@code ssh -L}; runs where Chromium is installed. */
final class PagesTest {

    private static final String ENTER = "\uE007";
    private static final String UP = "\uE013";
    private static final String DOWN = "\uE015";
    private static final String LEFT = "\uE012";
    private static final String RIGHT = "\uE014";
    private static final String ESCAPE = "\uE00C";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path folder;

    private static TestServer server;
    private static Tunnel tunnel;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Browser.isInstalled(), "Chromium is not installed");
        server = TestServer.start(folder);
        ProfileStore store = new ProfileStore(server.home.profiles("alice@test"));
        store.add(SampleProfiles.before(), false);
        store.add(SampleProfiles.after(), false);
        store.add(SampleProfiles.large(1_000), false);
        SampleProfiles.keepTimeline(store);
        tunnel = Tunnel.open(server, "alice");
        browser = new Browser(folder.resolve("chromium"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
            tunnel.close();
        }
        if (server != null) {
            server.close();
        }
    }

    /** A refused script, style or image is a complaint, and so is an error of ours. */
    @AfterEach
    void no_page_complains_or_asks_another_host() throws Exception {
        assertThat(browser.log()).doesNotContain("\"SEVERE\"", "Content Security Policy");
        assertThat(browser.run("return performance.getEntriesByType('resource').map(entry => entry.name)"))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(name.asText()).startsWith(tunnel.url("/")));
        assertThat(browser.run("return document.title").asText()).isNotEqualTo("owned");
        assertThat(browser.run("return document.querySelectorAll('main img, header img, footer img').length")
                        .asInt())
                .isZero();
    }

    @Test
    void the_list_shows_what_is_kept_compares_and_takes() throws Exception {
        browser.open(tunnel.url("/"));
        browser.await("return document.querySelectorAll('#jvm option').length === 3");
        assertThat(browser.text("#profiles")).contains("before the fix", "11 orders", "10.4 s", "async-profiler 4.6");
        browser.picture("profiles");
        assertThat(browser.run("return document.getElementById('diff').disabled")
                        .asBoolean())
                .isTrue();
        browser.click("input[name=before][value='1']");
        browser.click("input[name=after][value='2']");
        browser.click("#diff");
        browser.await("return location.pathname === '/diff/1/2' && document.body.dataset.loaded === 'true'");
        browser.open(tunnel.url("/"));
        browser.await("return document.querySelectorAll('#jvm option').length === 3");
        browser.run("document.getElementById('jvm').value = '12'");
        browser.click("#take button");
        browser.await("return document.getElementById('taking').textContent.startsWith('taken: #')");
    }

    @Test
    void a_flame_graph_is_zoomed_and_searched_with_the_keyboard_alone() throws Exception {
        browser.open(tunnel.url("/profile/1"));
        assertThat(browser.run("return document.getElementById('graph').hidden").asBoolean())
                .isFalse();
        // Something other than the ground has been drawn.
        assertThat(browser.run("""
                const canvas = document.getElementById('canvas');
                const points = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
                const colours = new Set();
                for (let i = 0; i < points.length; i += 4) {
                  colours.add(points[i] << 16 | points[i + 1] << 8 | points[i + 2]);
                }
                return colours.size""").asInt()).isGreaterThan(5);
        browser.picture("flame");
        browser.run("document.getElementById('canvas').focus()");
        browser.press(UP, UP, UP, UP);
        assertThat(browser.text("#detail")).startsWith("shop.OrderService.discount 6.60 s (63.2 %)");
        browser.press(RIGHT);
        assertThat(browser.text("#detail")).startsWith("shop.Inventory.reserve 2.80 s (26.8 %)");
        browser.press(LEFT, ENTER);
        browser.picture("flame-zoomed");
        browser.press(DOWN);
        assertThat(browser.text("#detail")).startsWith("shop.OrderService.place ");
        browser.press(ESCAPE);
        assertThat(browser.text("#detail")).startsWith("all 10.4 s (100.0 %)");
        browser.press("/");
        browser.press("r", "e", "s", "e", "r", "v", "e");
        assertThat(browser.text("#found")).isEqualTo("2.80 s, 26.8 %");
        browser.picture("flame-search");
    }

    @Test
    void a_timeline_is_read_with_the_keyboard_alone() throws Exception {
        browser.open(tunnel.url("/timeline/4"));
        assertThat(browser.text("#legend")).contains("blocked", "sleeping", "pause");
        browser.picture("timeline");
        browser.press("/");
        browser.press("^", "b", "l", "o", "c", "k");
        assertThat(browser.text("#found")).startsWith("1 of ");
        browser.run("document.getElementById('canvas').focus()");
        browser.press(RIGHT);
        assertThat(browser.text("#detail")).startsWith("blocked blocked ").contains("held by holder", "Waits.java");
        browser.press(ENTER);
        browser.picture("timeline-zoomed");
        browser.press("-", "+", "a", "d", ESCAPE);
        browser.press(DOWN, DOWN, UP, RIGHT, RIGHT, LEFT);
        assertThat(browser.text("#detail")).isNotEmpty();
        assertThat(browser.run("return document.getElementById('perfetto').getAttribute('href')")
                        .asText())
                .isEqualTo("/api/perfetto/4");
        // What is pointed at is told where it is.
        browser.run("""
                const canvas = document.getElementById('canvas');
                const box = canvas.getBoundingClientRect();
                for (let y = 30; y < 300 && document.getElementById('tip').hidden; y += 22) {
                  for (let x = 200; x < box.width && document.getElementById('tip').hidden; x += 3) {
                    canvas.dispatchEvent(new MouseEvent('mousemove', {clientX: box.left + x, clientY: box.top + y}));
                  }
                }""");
        assertThat(browser.text("#tip")).contains("from ");
        browser.picture("timeline-tip");
        browser.click("#theme");
        browser.picture("timeline-dark");
        browser.click("#theme");
    }

    @Test
    void an_icicle_hangs_from_the_top_and_a_large_profile_is_drawn_too() throws Exception {
        browser.open(tunnel.url("/profile/3#view=icicle"));
        browser.run("document.getElementById('canvas').focus()");
        browser.press(DOWN, DOWN);
        assertThat(browser.text("#detail")).startsWith("shop.p1.");
        browser.picture("icicle-large");
    }

    @Test
    void a_call_tree_opens_and_closes_with_the_keyboard() throws Exception {
        browser.open(tunnel.url("/profile/1#view=tree"));
        assertThat(browser.text("#tree tbody")).contains("all", "java.lang.Thread.run", "shop.Load.worker");
        assertThat(browser.text("#tree tbody")).doesNotContain("OrderService.discount");
        browser.run("document.querySelector('#tree tr[data-node=\"2\"]').focus()");
        browser.press(RIGHT);
        browser.press(DOWN);
        browser.press(RIGHT);
        assertThat(browser.text("#tree tbody")).contains("OrderService.discount", "63.2 %");
        browser.picture("tree");
        browser.press(LEFT);
        assertThat(browser.text("#tree tbody")).doesNotContain("OrderService.discount");
    }

    @Test
    void what_a_class_is_called_is_text_and_nothing_else() throws Exception {
        browser.open(tunnel.url("/profile/1#view=methods"));
        assertThat(browser.text("#methods tbody"))
                .contains("shop.BulkDiscount.search", "evil.<img src=x onerror=document.title='owned'>\\u202e.attack");
        browser.picture("methods");
    }

    @Test
    void a_difference_is_red_where_more_and_blue_where_less() throws Exception {
        browser.open(tunnel.url("/diff/1/2"));
        assertThat(browser.text("h1")).isEqualTo("#1 → #2 cpu");
        int[] colours = colours();
        assertThat(colours[1]).as("blue").isGreaterThan(1_000);
        browser.picture("diff");
        browser.open(tunnel.url("/diff/2/1"));
        assertThat(colours()[0]).as("red").isGreaterThan(1_000);
        browser.open(tunnel.url("/diff/1/2?normalised=1#view=methods"));
        assertThat(browser.text("#methods tbody")).contains("shop.BulkDiscount.search", "−", "+");
        browser.picture("diff-methods");
    }

    /** Points that are rather red, and rather blue. */
    private static int[] colours() throws Exception {
        var counts = browser.run("""
                const canvas = document.getElementById('canvas');
                const points = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
                let red = 0, blue = 0;
                for (let i = 0; i < points.length; i += 4) {
                  red += points[i] > points[i + 2] + 60;
                  blue += points[i + 2] > points[i] + 60;
                }
                return [red, blue]""");
        return new int[] {counts.get(0).asInt(), counts.get(1).asInt()};
    }

    @Test
    void source_shows_the_costs_of_lines_or_says_why_there_is_none() throws Exception {
        browser.open(tunnel.url("/profile/1#view=source&class=shop.BulkDiscount"));
        browser.await("return document.getElementById('source').dataset.loaded === 'shop.BulkDiscount'");
        // The JVM of this test is pretended and has no code: what the profile itself knows is shown.
        assertThat(browser.text("#source")).contains("no source (", "6.00 s\t6.00 s\t21", "600 ms\t600 ms\t24");
        browser.picture("source");
    }

    @Test
    void all_of_it_is_dark_for_those_who_like_it() throws Exception {
        browser.open(tunnel.url("/profile/1"));
        String light = browser.run("return getComputedStyle(document.body).backgroundColor")
                .asText();
        browser.click("#theme");
        assertThat(browser.run("return getComputedStyle(document.body).backgroundColor")
                        .asText())
                .isNotEqualTo(light);
        browser.picture("flame-dark");
        browser.open(tunnel.url("/diff/1/2"));
        browser.picture("diff-dark");
        browser.click("#theme");
    }
}
