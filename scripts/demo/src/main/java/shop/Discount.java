package shop;

/** A reason to ask for less. */
abstract class Discount {

    private static final int MOST = 40;

    /** How much is taken off, in percent, within what the shop can bear. */
    final int percent(Order order, int quantity) {
        return appliesTo(order, quantity) ? Math.min(MOST, search(order, quantity)) : 0;
    }

    abstract boolean appliesTo(Order order, int quantity);

    abstract int search(Order order, int quantity);
}
