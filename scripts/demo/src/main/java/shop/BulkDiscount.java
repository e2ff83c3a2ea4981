package shop;

/** For large orders: the better the quantity can be packed on pallets and in boxes, the more we take off. */
final class BulkDiscount extends Discount {

    private static final int BULK = 1_000;
    private static final int PALLET = 144;
    private static final int BOX = 12;

    @Override
    boolean appliesTo(Order order, int quantity) {
        return quantity >= BULK;
    }

    /**
     * Fault: it tries every number on pallets with every number in boxes, so it takes time by the square of the quantity:
     * about 80 ms for 12,000. Two divisions would do.
     */
    @Override
    int search(Order order, int quantity) {
        long fewest = Long.MAX_VALUE;
        for (int onPallets = 0; onPallets <= quantity; onPallets++) {
            for (int inBoxes = 0; inBoxes <= quantity - onPallets; inBoxes++) {
                int loose = quantity - onPallets - inBoxes;
                long handlings = packs(onPallets, PALLET) + packs(inBoxes, BOX) + loose;
                fewest = Math.min(fewest, handlings);
            }
        }
        return fewest < quantity / BOX ? 25 : 10;
    }

    private static long packs(int pieces, int perPack) {
        return (pieces + perPack - 1L) / perPack;
    }
}
