package dev.sonde.commands.catalogue;

/** A program that sells, again and again; every tenth sale fails. */
final class Till {

    record Item(String sku, int count, String password) {}

    private Till() {}

    public static void main(String[] args) throws Exception {
        Thread seller = new Thread(Till::sellForEver, "seller");
        seller.setDaemon(true);
        seller.start();
        System.out.println("READY");
        while (System.in.read() >= 0) {
            // until whoever started this lets go
        }
        System.exit(0);
    }

    private static void sellForEver() {
        for (int i = 0; ; i++) {
            try {
                sell(new Item("X-" + i % 3, i, "s3cret"), i % 10);
                Thread.sleep(2);
            } catch (IllegalStateException e) {
                // the till is jammed; the next one may do
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    static int sell(Item item, int digit) {
        if (digit == 7) {
            throw new IllegalStateException("jammed at " + item.count);
        }
        return digit * 2;
    }
}
