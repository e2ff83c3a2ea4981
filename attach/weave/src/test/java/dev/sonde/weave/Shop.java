package dev.sonde.weave;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the expressions of {@link ExpressionsTest} look at. Never run, only read. */
@SuppressWarnings({"unused", "UnicodeInCode"})
class Shop {

    static final int LIMIT = 5;
    static Shop instance = new Shop();

    private final List<Order> open = List.of();
    private int count;
    private double vat;

    enum Status {
        OPEN,
        PAID,
        SHIPPED;

        private final int code = 7;
    }

    record Line(String sku, int amount, long price) {}

    static class Party {
        private String name = "";
        protected transient Object tag = "";

        public String getName() {
            return name;
        }
    }

    abstract static class Customer extends Party {
        private boolean gold;
        private Integer points = 0;
        private Box<String> box = new Box<>();

        public boolean isGold() {
            return gold;
        }

        public int score() {
            return points * 2;
        }
    }

    static class Box<T extends @Nullable Object> {
        @Nullable
        T held;

        List<T> all = List.of();
    }

    static class Order {
        private long total;
        private String id = "";
        char grade;
        float weight;
        byte[] raw = {};
        Status status = Status.OPEN;
        Customer customer;
        List<Line> lines = List.of();
        Line[] array = {};
        int[][] matrix = {};
        Set<String> labels = Set.of();
        Map<String, Line> byKey = Map.of();
        Optional<Line> gift = Optional.empty();
        Object anything = "";
        Runnable todo = () -> {};
        int größe;
        int in;
        int $tmp;
        Exception failure;

        Order(Customer customer, Exception failure) {
            this.customer = customer;
            this.failure = failure;
        }

        public long getTotal() {
            return total;
        }

        public String reference() {
            return id + total;
        }
    }

    long place(Order order, int quantity, String note) {
        return order.total * quantity;
    }

    static boolean check(Order order, double cost, Integer boxed, Status var, Map<String, List<Order>> orders) {
        return order.total > cost;
    }

    void many(int[] numbers, String[] names, Object unknown, List<? extends Order> some, List<?> any, Boolean flag) {}

    <T extends Order> T generic(T order, List<T> list) {
        return order;
    }

    void nothing() {}

    Shop() {}

    Shop(int start) {
        count = start;
    }
}
