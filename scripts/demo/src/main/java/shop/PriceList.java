package shop;

/** What things cost. */
interface PriceList {

    /** The price of one, in cents. */
    long cents(String sku, Channel channel);

    /** The price of a whole order line, in cents. */
    default long cents(OrderLine line, Channel channel) {
        return cents(line.sku(), channel) * line.count();
    }
}
