package dev.sonde.weave;

/** What can be done with a value: many Java types, few shapes. */
enum Shape {
    LONG("an int"),
    DOUBLE("a double"),
    BOOL("a bool"),
    STRING("a string"),
    ENUM("an enum"),
    LIST("a list"),
    MAP("a map"),
    OPTIONAL("an Optional"),
    STRUCT("an object"),
    DYN("a value"),
    NULL("null");

    final String human;

    Shape(String human) {
        this.human = human;
    }

    boolean isNumber() {
        return this == LONG || this == DOUBLE;
    }

    /** Or may turn out to be. */
    boolean mayBe(Shape other) {
        return this == other || this == DYN;
    }

    boolean mayBeNumber() {
        return isNumber() || this == DYN;
    }

    /** An enum counts, because it acts as its name. */
    boolean mayBeString() {
        return this == STRING || this == ENUM || this == DYN;
    }
}
