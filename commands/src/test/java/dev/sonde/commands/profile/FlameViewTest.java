package dev.sonde.commands.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.commands.FullScreen;
import dev.sonde.commands.output.SafeText;
import dev.sonde.commands.output.Text;
import dev.sonde.profile.Flame;
import dev.sonde.profile.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What keys do in a flame graph. */
final class FlameViewTest {

    private static final ValueType CPU = new ValueType("cpu", ValueType.NANOSECONDS);

    /** {@code all} of {@code main}, of {@code place} (70) and {@code reserve} (30); {@code search} (60) below the first. */
    private static Flame orders() {
        Flame search = new Flame("shop.Discount.search", 60, 60, List.of());
        Flame tiny = new Flame("shop.Discount.tiny", 0, 0, List.of());
        Flame place = new Flame("shop.OrderService.place", 70, 10, List.of(search, tiny));
        Flame reserve = new Flame("shop.Inventory.reserve", 30, 30, List.of());
        Flame main = new Flame("shop.Main.main", 100, 0, List.of(place, reserve));
        return new Flame("all", 100, 0, List.of(main));
    }

    private static FlameView view() {
        FlameView view = new FlameView("#7 cpu of orders", orders(), null, CPU, 100, Optional.empty());
        shown(view, 80, 24);
        return view;
    }

    private static List<String> shown(FlameView view, int columns, int rows) {
        return view.lines(columns, rows).stream().map(Text::toString).toList();
    }

    private static String selected(FlameView view) {
        return shown(view, 80, 24).get(1).replaceFirst(" .*", "");
    }

    private static void press(FlameView view, FullScreen.Key.Name... names) {
        for (FullScreen.Key.Name name : names) {
            assertThat(view.press(new FullScreen.Key(name))).isTrue();
        }
    }

    private static boolean type(FlameView view, String text) {
        return text.codePoints()
                .mapToObj(c -> view.press(new FullScreen.Key(FullScreen.Key.Name.CHARACTER, Character.toString(c))))
                .reduce(true, (one, other) -> one && other);
    }

    @Test
    void draws_boxes_as_wide_as_they_cost_at_any_size() {
        for (int[] size : new int[][] {{80, 24}, {200, 60}, {20, 5}}) {
            List<String> lines = shown(view(), size[0], size[1]);
            assertThat(lines).hasSize(size[1]);
        }
        List<String> lines = shown(view(), 100, 24);
        assertThat(lines.get(0)).isEqualTo("#7 cpu of orders");
        // By name: reserve stands before place.
        assertThat(lines.get(5)).startsWith("▏Inventory.reserve").satisfies(line -> assertThat(
                        line.indexOf("▏OrderService.place"))
                .isEqualTo(30));
        assertThat(SafeText.width(lines.get(5))).isEqualTo(100);
        assertThat(lines.get(23)).contains("q leaves");
    }

    @Test
    void arrows_move_and_enter_zooms() {
        FlameView view = view();
        assertThat(selected(view)).isEqualTo("all");
        press(view, FullScreen.Key.Name.DOWN, FullScreen.Key.Name.DOWN);
        assertThat(selected(view)).isEqualTo("shop.OrderService.place");
        press(view, FullScreen.Key.Name.LEFT);
        assertThat(selected(view)).isEqualTo("shop.Inventory.reserve");
        press(view, FullScreen.Key.Name.RIGHT, FullScreen.Key.Name.ENTER);
        List<String> zoomed = shown(view, 80, 24);
        assertThat(zoomed.get(2)).isEqualTo("in shop.Main.main › shop.OrderService.place");
        assertThat(zoomed.get(3)).startsWith("▏OrderService.place");
        press(view, FullScreen.Key.Name.UP);
        assertThat(selected(view)).isEqualTo("shop.OrderService.place"); // it does not leave what is zoomed
        press(view, FullScreen.Key.Name.DOWN);
        assertThat(selected(view)).isEqualTo("shop.Discount.search");
        assertThat(type(view, "u")).isTrue();
        assertThat(shown(view, 80, 24).get(2)).isEqualTo("in shop.Main.main");
        press(view, FullScreen.Key.Name.ESCAPE);
        assertThat(shown(view, 80, 24).get(2)).startsWith("the width is 100ns");
    }

    @Test
    void finds_what_is_typed_and_goes_to_the_next() {
        FlameView view = view();
        assertThat(type(view, "/reserve")).isTrue();
        assertThat(shown(view, 80, 24).get(23)).startsWith("/reserve▏");
        press(view, FullScreen.Key.Name.ENTER);
        assertThat(selected(view)).isEqualTo("shop.Inventory.reserve");
        assertThat(shown(view, 80, 24).get(23)).startsWith("/reserve 30ns 30.00%");
        type(view, "/Discount");
        press(view, FullScreen.Key.Name.ENTER);
        assertThat(selected(view)).isEqualTo("shop.Discount.search");
        type(view, "n"); // one that is too narrow to be drawn: its caller fills the width
        assertThat(selected(view)).isEqualTo("shop.Discount.tiny");
        assertThat(shown(view, 80, 24).get(2)).endsWith("shop.OrderService.place");
        type(view, "/(");
        press(view, FullScreen.Key.Name.ENTER);
        assertThat(shown(view, 80, 24).get(23)).contains("is not a regular expression");
        type(view, "/nobody");
        press(view, FullScreen.Key.Name.ENTER);
        assertThat(shown(view, 80, 24).get(23)).isEqualTo("nothing is called like nobody");
    }

    @Test
    void scrolls_to_what_is_selected() {
        Flame deep = new Flame("leaf", 10, 10, List.of());
        for (int i = 30; i > 0; i--) {
            deep = new Flame("level" + i, 10, 0, List.of(deep));
        }
        FlameView view = new FlameView("deep", deep, null, CPU, 10, Optional.empty());
        assertThat(shown(view, 80, 12).get(11)).startsWith("23 rows below");
        for (int i = 0; i < 30; i++) {
            press(view, FullScreen.Key.Name.DOWN);
        }
        List<String> lines = shown(view, 80, 12);
        assertThat(lines.get(1)).startsWith("leaf");
        assertThat(lines.get(10)).startsWith("▏leaf");
        press(view, FullScreen.Key.Name.PAGE_UP);
        assertThat(shown(view, 80, 12).stream().collect(Collectors.joining())).doesNotContain("▏leaf");
    }

    @Test
    void q_leaves_but_not_while_something_is_typed() {
        FlameView view = view();
        assertThat(type(view, "/q")).isTrue();
        press(view, FullScreen.Key.Name.ESCAPE);
        assertThat(type(view, "q")).isFalse();
    }

    @Test
    void tells_what_changed_of_a_difference() {
        Flame changes = new Flame("all", 20, 0, List.of(new Flame("shop.Main.main", 20, 0, List.of())));
        FlameView view = new FlameView("#1..#2", orders(), changes, CPU, 100, Optional.empty());
        shown(view, 80, 24);
        press(view, FullScreen.Key.Name.DOWN);
        assertThat(shown(view, 80, 24).get(1))
                .isEqualTo("shop.Main.main  100ns   100%, +20ns since before".replace("   ", " "));
    }
}
