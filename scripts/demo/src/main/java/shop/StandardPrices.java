package shop;

/** List prices. */
final class StandardPrices implements PriceList {

    private final Memo<String, Long> known = new Memo<>(Catalog::cents);

    @Override
    public long cents(String sku, Channel channel) {
        return known.get(sku);
    }
}
