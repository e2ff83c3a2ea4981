package dev.sonde.shell.jetty;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A shop behind Jetty with fifty threads: {@code GET /NUMBER} answers what {@link WebLoad#answer} says. Prints {@code READY port N}
 * and ends with its standard input. Its work is of the kinds that one stops in: branches, loops, a lock that all need, lambdas,
 * virtual calls, exceptions that are caught.
 */
final class WebShop extends Handler.Abstract {

    private final Stock stock = new Stock();
    private final Map<Integer, Price> prices = new ConcurrentHashMap<>();

    public static void main(String[] args) throws Exception {
        Server server = new Server(new QueuedThreadPool(50, 50));
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        connector.setIdleTimeout(300_000);
        server.addConnector(connector);
        server.setHandler(new WebShop());
        server.start();
        System.out.println("READY port " + connector.getLocalPort());
        while (System.in.read() >= 0) {
            // whatever is typed means nothing
        }
        server.stop();
        System.exit(0);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int number = Integer.parseInt(Request.getPathInContext(request).substring(1));
        Basket basket = new Basket(number);
        long total = order(basket);
        byte[] body = ("total " + total).getBytes(StandardCharsets.US_ASCII);
        response.getHeaders().put("Content-Length", body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }

    long order(Basket basket) {
        basket.fill();
        long sum = 0;
        for (int item : basket.items) {
            Price price = prices.computeIfAbsent(item, WebShop::priced);
            sum += price.cents(basket.number);
        }
        int reserved = stock.reserve(basket.items.size());
        long discount = discount(basket, sum);
        if (reserved < 0) {
            throw new IllegalStateException("out of stock");
        }
        return sum - discount;
    }

    static Price priced(int item) {
        return item % 3 == 0 ? new Reduced(item) : new Price(item);
    }

    static long discount(Basket basket, long sum) {
        try {
            int per = Integer.parseInt(basket.code());
            return sum * per / 100;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** What is ordered. */
    static final class Basket {
        final int number;
        final List<Integer> items = new ArrayList<>();

        Basket(int number) {
            this.number = number;
        }

        void fill() {
            for (int i = 0; i < 1 + number % 5; i++) {
                int item = (number + i * 7) % 40;
                items.add(item);
            }
        }

        @SuppressWarnings("StatementSwitchToExpressionSwitch") // lines to stop at
        String code() {
            switch (number % 4) {
                case 0:
                    return "10";
                case 1:
                    return "5";
                default:
                    return "none";
            }
        }
    }

    /** What an item costs. */
    static class Price {
        final int item;

        Price(int item) {
            this.item = item;
        }

        long cents(int number) {
            long whole = 100L + item;
            return whole * (1 + number % 2);
        }
    }

    /** What it costs when it is on sale. */
    static final class Reduced extends Price {

        Reduced(int item) {
            super(item);
        }

        @Override
        long cents(int number) {
            long full = super.cents(number);
            return full / 2;
        }
    }

    /** What all orders need. */
    static final class Stock {
        private int taken;

        synchronized int reserve(int count) {
            taken = (taken + count) & 0xffff;
            int now = taken;
            return now;
        }
    }
}
