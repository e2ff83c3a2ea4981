import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What any release can run that is looked at: compiled for Java 8. */
public final class OldShop {

    enum Status {
        NEW,
        SENT
    }

    static class Order {
        final long id;
        final String customer;
        Status status = Status.NEW;
        final int[] items = {1, 2, 3};
        final Map<String, Integer> tags = new HashMap<>();
        final Optional<String> note = Optional.of("by hand");

        Order(long id, String customer) {
            this.id = id;
            this.customer = customer;
            tags.put("first", 1);
        }
    }

    static class Service {
        int placed;

        long place(Order order, int quantity) {
            long total = 0;
            for (int item : order.items) {
                total += price(item, quantity);
            }
            placed++;
            if (quantity % 10 == 0) {
                throw new IllegalStateException("no stock for " + quantity);
            }
            return total;
        }

        long price(int item, int quantity) {
            return item * 100L * quantity;
        }
    }

    static final List<Order> KEPT = new ArrayList<>();

    public static void main(String[] arguments) throws Exception {
        Service service = new Service();
        KEPT.add(new Order(-1, "kept"));
        Thread load = new Thread(
                () -> {
                    for (long i = 0; ; i++) {
                        try {
                            service.place(new Order(i, i % 2 == 0 ? "acme" : "globex"), (int) (i % 100));
                        } catch (IllegalStateException expected) {
                            Thread.yield();
                        }
                        try {
                            Thread.sleep(1);
                        } catch (InterruptedException e) {
                            return;
                        }
                    }
                },
                "load");
        load.setDaemon(true);
        load.start();
        System.out.println("READY");
        while (System.in.read() >= 0) {}
    }
}
