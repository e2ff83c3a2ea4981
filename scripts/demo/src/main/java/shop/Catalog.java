package shop;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the shop sells, at list price. */
final class Catalog {

    /** Always asked for, never there. */
    static final String OUT_OF_STOCK_SKU = "flux-capacitor";

    private static final Map<String, Long> CENTS = new TreeMap<>();

    static {
        CENTS.put("anvil", 4_999L);
        CENTS.put("bird-seed", 349L);
        CENTS.put("dynamite", 1_250L);
        CENTS.put("magnet", 7_900L);
        CENTS.put("rocket-skates", 18_995L);
        CENTS.put(OUT_OF_STOCK_SKU, 999_900L);
    }

    private Catalog() {}

    static List<String> skus() {
        return List.copyOf(CENTS.keySet());
    }

    static long cents(String sku) {
        Long cents = CENTS.get(sku);
        if (cents == null) {
            throw new IllegalArgumentException("no such sku: " + sku);
        }
        return cents;
    }
}
