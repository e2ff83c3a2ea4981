package shop;

/** More was asked for than is there. */
public final class OutOfStockException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String sku;
    private final int missing;

    OutOfStockException(String sku, int asked, int left) {
        super("out of stock: " + sku + ", " + asked + " asked for, " + left + " left");
        this.sku = sku;
        this.missing = asked - left;
    }

    public String getSku() {
        return sku;
    }

    public int getMissing() {
        return missing;
    }
}
