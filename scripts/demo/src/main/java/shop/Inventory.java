package shop;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What is on the shelves. One lock guards it. */
final class Inventory {

    private static final int FULL = 5_000_000;

    private final Map<String, Integer> stock = new HashMap<>();

    Inventory(List<String> skus) {
        skus.forEach(sku -> stock.put(sku, sku.equals(Catalog.OUT_OF_STOCK_SKU) ? 0 : FULL));
    }

    /**
     * Takes pieces off the shelf.
     *
     * @throws OutOfStockException when there are too few; nothing was taken
     */
    synchronized void reserve(String sku, int pieces) {
        int left = stock.getOrDefault(sku, 0);
        if (left < pieces) {
            throw new OutOfStockException(sku, pieces, left);
        }
        stock.put(sku, left - pieces);
    }

    /**
     * Counts everything, writes it down, and fills the shelves.
     *
     * <p>Fault: the ledger is slow, and it is written with the lock held, so every order waits for it.
     */
    synchronized void audit() throws InterruptedException {
        for (Map.Entry<String, Integer> shelf : stock.entrySet()) {
            writeToLedger(shelf);
            if (!shelf.getKey().equals(Catalog.OUT_OF_STOCK_SKU)) {
                shelf.setValue(FULL);
            }
        }
    }

    /** As slow as a disk far away. */
    private static void writeToLedger(Map.Entry<String, Integer> shelf) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(40 + shelf.getKey().length());
    }
}
