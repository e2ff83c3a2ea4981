package dev.sonde.weave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MethodPatternTest {

    /** Only read. */
    @SuppressWarnings({"unused", "UnusedMethod", "UnusedVariable"})
    static class Subject implements Comparator<String> {
        private int size;

        Subject() {}

        Subject(int size) {
            this.size = size;
        }

        void place(String order) {}

        void place(String order, int quantity) {}

        void place(Map.Entry<String, int[]> entry) {}

        void play(String by, int... scores) {
            Runnable later = () -> place(by);
        }

        static long total(String[] names, long[][] grid) {
            return grid[names.length][0];
        }

        public int size() {
            return size;
        }

        @Override
        public int compare(String a, String b) {
            return a.compareTo(b);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "place | place(String), place(String, int), place(Entry)",
                "** | <init>(), <init>(int), place(String), place(String, int), place(Entry), play(String, int[]), "
                        + "total(String[], long[][]), size(), compare(String, String), compare(Object, Object), "
                        + "lambda$play$0(String)",
                "pl* | place(String), place(String, int), place(Entry), play(String, int[])",
                "place(*) | place(String), place(String, int), place(Entry)",
                "place(String) | place(String)",
                "place( java.lang.String , int ) | place(String, int)",
                "place(Entry) | place(Entry)",
                "place(Map.Entry) | place(Entry)",
                "place(java.util.Map$Entry<String, int[]>) | place(Entry)",
                "place(Map.Entry<String>) | place(Entry)",
                "place(*, int) | place(String, int)",
                "play(String, int...) | play(String, int[])",
                "play(String,int[]) | play(String, int[])",
                "total(String[], long[][]) | total(String[], long[][])",
                "<init> | <init>(), <init>(int)",
                "new | <init>(), <init>(int)",
                "new(int) | <init>(int)",
                "new() | <init>()",
                "compare | compare(String, String)",
                "compare(Object, Object) | compare(Object, Object)",
                "lambda$* | lambda$play$0(String)",
                "lambda$play$0 | lambda$play$0(String)",
                "size() | size()",
                "size(int) | ''",
                "Place | ''",
            })
    void matches_what_is_meant(String pattern, String expected) throws Exception {
        List<String> found = MethodPattern.parse(pattern).matching(subject()).stream()
                .map(ClassModel.Method::human)
                .toList();
        assertThat(String.join(", ", found)).isEqualTo(expected);
    }

    @Test
    void a_glob_means_no_bridges_lambdas_or_constructors() throws Exception {
        assertThat(MethodPattern.parse("*").matching(subject()))
                .extracting(method -> method.key().name())
                .containsExactlyInAnyOrder("place", "place", "place", "play", "total", "size", "compare");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "place(", "place)", "place(int", "a b", "place(int,)", "(int)", "x.y", "a(b)(c)"})
    void refuses_what_is_no_method(String pattern) {
        assertThatThrownBy(() -> MethodPattern.parse(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + pattern + "' is not a method such as place, pl*, place(Order, int) or new");
    }

    @Test
    void a_class_model_says_what_the_class_file_says() throws Exception {
        ClassModel model = subject();
        assertThat(model.name()).isEqualTo(Subject.class.getName());
        assertThat(model.superclass()).contains("java.lang.Object");
        assertThat(model.interfaces()).containsExactly("java.util.Comparator");
        assertThat(model.majorVersion()).isEqualTo(61);
        assertThat(model.sourceFile()).contains("MethodPatternTest.java");
        assertThat(model.getters()).containsExactly(Map.entry("size", "size"));
        ClassModel.Method place =
                model.method(new MethodKey("place", "(Ljava/lang/String;I)V")).orElseThrow();
        assertThat(place.parameterNames()).containsExactly("order", "quantity");
        assertThat(place.firstLine()).isPositive().isEqualTo(place.lastLine());
        assertThatThrownBy(() -> ClassModel.parse(new byte[] {1, 2, 3})).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "shop.*Order*, shop.deep.OrderService, true",
        "shop.*Order*, shops.OrderService, false",
        "OrderService, shop.OrderService, true",
        "OrderService, shop.OrderServices, false",
        "Line, shop.Order$Line, true",
        "Order$Line, shop.Order$Line, true",
        "*Line, shop.Order$Line, true",
        "Order, shop.Order$Line, false",
        "?rder, shop.Order, true",
        "order, shop.Order, false",
        "*, anything.At$All, true",
        "a*b*c, aXbYbZc, true",
        "a*b*c, aXbYbZd, false",
        "shop.Order, shop.Order, true",
        "**, x, true",
    })
    void a_class_glob_matches_whole_and_simple_names(String glob, String name, boolean matches) {
        assertThat(Glob.of(glob).matchesClass(name)).isEqualTo(matches);
    }

    @Test
    void near_names_are_nearest_first() {
        assertThat(NearNames.of("totl", List.of("total", "todo", "tool", "size")))
                .containsExactly("total", "tool");
        assertThat(NearNames.of("TOTAL", List.of("totals", "total"))).containsExactly("total", "totals");
        assertThat(NearNames.of("order", List.of("orderService", "x"))).containsExactly("orderService");
        assertThat(NearNames.of("qq", List.of("total"))).isEmpty();
    }

    private static ClassModel subject() throws Exception {
        String name = Subject.class.getName().replace('.', '/') + ".class";
        try (InputStream in = Subject.class.getClassLoader().getResourceAsStream(name)) {
            Objects.requireNonNull(in);
            return ClassModel.parse(in.readAllBytes());
        }
    }
}
