package shop;

/** What partners pay: list prices, less their margin. Everybody else pays the list price. */
final class PartnerPrices implements PriceList {

    private static final int MARGIN_PERCENT = 15;

    private final PriceList list;

    PartnerPrices(PriceList list) {
        this.list = list;
    }

    @Override
    public long cents(String sku, Channel channel) {
        long cents = list.cents(sku, channel);
        return channel == Channel.PARTNER ? cents - cents * MARGIN_PERCENT / 100 : cents;
    }
}
