package shop;

import java.util.concurrent.TimeUnit;

/** Looks through the inventory once a second. */
final class Audit extends Thread {

    private final Inventory inventory;

    Audit(Inventory inventory) {
        super("audit");
        this.inventory = inventory;
        setDaemon(true);
    }

    @Override
    public void run() {
        try {
            while (true) {
                TimeUnit.SECONDS.sleep(1);
                inventory.audit();
            }
        } catch (InterruptedException e) {
            interrupt();
        }
    }
}
