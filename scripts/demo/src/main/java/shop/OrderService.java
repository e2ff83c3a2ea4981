package shop;

import java.time.Instant;
import java.util.List;

/** Takes orders: checks them, prices them, reserves what they ask for. Thread-safe. */
public final class OrderService {

    private static final int MOST_QUANTITY = 20_000;
    private static final List<Discount> DISCOUNTS;

    static {
        DISCOUNTS = List.of(new TierDiscount(), new BulkDiscount());
    }

    private final PriceList prices;
    private final Inventory inventory;
    private final Sessions sessions;

    OrderService(PriceList prices, Inventory inventory, Sessions sessions) {
        this.prices = prices;
        this.inventory = inventory;
        this.sessions = sessions;
    }

    /**
     * Takes an order, so many times over.
     *
     * @throws OutOfStockException when the shelves hold too little of something
     */
    public Receipt place(Order order, int quantity) {
        validate(order, quantity);
        if (order.getChannel() == Channel.WEB && order.getId() % 8 == 0) {
            sessions.open(order.getCustomer());
        }
        int percent = discount(order, quantity);
        long cents = price(order, quantity);
        reserve(order, quantity);
        order.setStatus(Order.Status.PLACED);
        return new Receipt(order.getId(), cents - cents * percent / 100, percent, Instant.now());
    }

    private static void validate(Order order, int quantity) {
        if (order.getLines().isEmpty()) {
            throw new IllegalArgumentException("nothing ordered");
        }
        if (quantity <= 0 || quantity > MOST_QUANTITY) {
            throw new IllegalArgumentException("quantity " + quantity);
        }
    }

    private int discount(Order order, int quantity) {
        return DISCOUNTS.stream()
                .mapToInt(discount -> discount.percent(order, quantity))
                .max()
                .orElse(0);
    }

    private long price(Order order, int quantity) {
        long one = 0;
        for (OrderLine line : order.getLines()) {
            one += prices.cents(line, order.getChannel());
        }
        return one * quantity;
    }

    private void reserve(Order order, int quantity) {
        for (OrderLine line : order.getLines()) {
            inventory.reserve(line.sku(), line.count() * quantity);
        }
    }
}
