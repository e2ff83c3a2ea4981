package shop;

/** So many of one thing. */
public record OrderLine(String sku, int count) {

    public OrderLine {
        if (count <= 0) {
            throw new IllegalArgumentException("count " + count);
        }
    }
}
