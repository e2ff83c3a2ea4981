package dev.sonde.weave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocationTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Order.java:42 | OfFile[file=Order.java, line=42]",
                "build.gradle.kts:7 | OfFile[file=build.gradle.kts, line=7]",
                "core.clj:1 | OfFile[file=core.clj, line=1]",
                "Order:42 | OfClass[classGlob=Order, line=42]",
                "shop.Order$Line:42 | OfClass[classGlob=shop.Order$Line, line=42]",
                "Order.place | OfMethod[classGlob=Order, method=place, offset=0]",
                "' shop.Order.place:+3 ' | OfMethod[classGlob=shop.Order, method=place, offset=3]",
                "shop.*Order.pl* | OfMethod[classGlob=shop.*Order, method=pl*, offset=0]",
                "Order.place(Order, int):+12 | OfMethod[classGlob=Order, method=place(Order, int), offset=12]",
                "Order.place:* | OfMethod[classGlob=Order, method=place, offset=-1]",
                "Order.<init> | OfMethod[classGlob=Order, method=<init>, offset=0]",
                "Order.place(java.util.List) | OfMethod[classGlob=Order, method=place(java.util.List), offset=0]",
            })
    void places_are_read_as_they_are_typed(String typed, String read) {
        assertThat(Location.parse(typed)).hasToString(read);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Order",
                ":42",
                "Order:",
                "Order:x",
                "Order:0",
                "Order:99999",
                "Order.java:-1",
                "a/Order.java:3",
                "Order.place:3x",
                "Order.place(int",
                "Order place",
                "Order.place:+",
                "Order.java:9999999999"
            })
    void what_is_none_is_said(String typed) {
        assertThatThrownBy(() -> Location.parse(typed))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .startsWith("'" + typed + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "LocationTest:1, true",
        "LocationTest$Nested:1, true",
        "Location:1, false",
        "LocationTest.java:1, true",
        "LocationTest$Nested.some, true",
        "LocationTest.some, false"
    })
    void a_class_has_the_lines_of_the_classes_in_it(String typed, boolean there) {
        ClassModel nested = new ClassModel(
                "dev.sonde.weave.LocationTest$Nested",
                java.util.Optional.of("java.lang.Object"),
                java.util.List.of(),
                61,
                0,
                java.util.Optional.of("LocationTest.java"),
                java.util.Optional.empty(),
                java.util.List.of(),
                java.util.List.of(),
                java.util.List.of(),
                java.util.Map.of());
        assertThat(Location.parse(typed).isIn(nested)).isEqualTo(there);
    }
}
