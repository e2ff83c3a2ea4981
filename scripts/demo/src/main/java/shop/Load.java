package shop;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** The customers: threads {@code load-1} to {@code load-4} that place orders at a steady rate. */
final class Load {

    private static final int THREADS = 4;

    private static final Customer GLOBEX = new Customer("globex", Customer.Tier.GOLD, "hunter2", "4929 0000 1111 2222");

    private static final List<Customer> CUSTOMERS = List.of(
            new Customer("acme", Customer.Tier.REGULAR, "correct horse", "4929 0000 3333 4444"),
            new Customer("initech", Customer.Tier.NEW, "swordfish", "4929 0000 5555 6666"),
            new Customer("umbrella", Customer.Tier.GOLD, "letmein", "4929 0000 7777 8888"),
            GLOBEX);

    private static final List<String> GOODS = Catalog.skus().stream()
            .filter(sku -> !sku.equals(Catalog.OUT_OF_STOCK_SKU))
            .toList();

    private final OrderService service;
    private final long nanosBetweenOrders;
    private final AtomicLong ids = new AtomicLong();

    /** @param rate orders per second, of all threads together */
    Load(OrderService service, int rate) {
        this.service = service;
        this.nanosBetweenOrders = TimeUnit.SECONDS.toNanos(THREADS) / rate;
    }

    void start() {
        for (int i = 1; i <= THREADS; i++) {
            Thread thread = new Thread(new Shopper(i)::shop, "load-" + i);
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** One thread's worth of customers. Always the same ones in the same order, because the seed is. */
    private final class Shopper {

        private final Random random;

        Shopper(int seed) {
            random = new Random(seed);
        }

        void shop() {
            long next = System.nanoTime();
            while (true) {
                long wait = next - System.nanoTime();
                if (wait > 0) {
                    LockSupport.parkNanos(wait);
                } else {
                    next = Math.max(next, System.nanoTime() - TimeUnit.SECONDS.toNanos(1)) + nanosBetweenOrders;
                    order();
                }
            }
        }

        private void order() {
            boolean bulk = random.nextInt(100) == 0;
            Customer customer = bulk ? GLOBEX : CUSTOMERS.get(random.nextInt(CUSTOMERS.size()));
            int quantity = bulk ? 12_000 + random.nextInt(1_000) : 1 + random.nextInt(9);
            Order order = new Order(ids.incrementAndGet(), customer, channel(), lines());
            try {
                service.place(order, quantity);
            } catch (OutOfStockException e) {
                order.setStatus(Order.Status.REFUSED);
            }
        }

        private Channel channel() {
            int n = random.nextInt(10);
            return n < 7 ? Channel.WEB : n < 9 ? Channel.PHONE : Channel.PARTNER;
        }

        private List<OrderLine> lines() {
            if (random.nextInt(50) == 0) {
                return List.of(new OrderLine(Catalog.OUT_OF_STOCK_SKU, 1));
            }
            return random.ints(1 + random.nextInt(3), 0, GOODS.size())
                    .distinct()
                    .mapToObj(i -> new OrderLine(GOODS.get(i), 1 + random.nextInt(4)))
                    .toList();
        }
    }
}
