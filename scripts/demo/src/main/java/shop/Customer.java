package shop;

/**
 * Who orders.
 *
 * @param password kept as it was typed, which nobody should do; here to show that Sonde masks it
 * @param cardNumber likewise
 */
public record Customer(String name, Tier tier, String password, String cardNumber) {

    /** How well we know a customer. */
    public enum Tier {
        NEW(0),
        REGULAR(3),
        GOLD(10);

        private final int discountPercent;

        Tier(int discountPercent) {
            this.discountPercent = discountPercent;
        }

        int discountPercent() {
            return discountPercent;
        }
    }
}
