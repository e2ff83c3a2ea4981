package shop;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Starts the shop and the customers who keep it busy. Prints one line, {@code READY …}, and nothing else.
 *
 * <pre>
 * java -jar sonde-demo.jar [--rate ORDERS_PER_SECOND] [--for SECONDS] [--until-eof]
 * </pre>
 *
 * <p>{@code --until-eof} ends it when its standard input does, so that it cannot outlive whoever started it.
 */
public final class Main {

    private static final int USAGE = 2;

    private Main() {}

    public static void main(String[] args) throws Exception {
        int rate = 200;
        Duration time = Duration.ofDays(1);
        boolean untilEof = false;
        try {
            for (int i = 0; i < args.length; i++) {
                switch (args[i]) {
                    case "--rate" -> rate = positive(args[i], args[++i]);
                    case "--for" -> time = Duration.ofSeconds(positive(args[i], args[++i]));
                    case "--until-eof" -> untilEof = true;
                    default -> throw new IllegalArgumentException("no option '" + args[i] + "'");
                }
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            System.err.println("usage: java -jar sonde-demo.jar [--rate N] [--for SECONDS] [--until-eof]");
            System.exit(USAGE);
        }

        Inventory inventory = new Inventory(Catalog.skus());
        PriceList prices = new PartnerPrices(new StandardPrices());
        OrderService service = new OrderService(prices, inventory, new Sessions());
        Load load = new Load(service, rate);
        new Audit(inventory).start();
        load.start();
        System.out.println("READY pid " + ProcessHandle.current().pid() + ", " + rate + " orders/s");

        if (untilEof) {
            while (System.in.read() >= 0) {
                // whatever is typed means nothing
            }
        } else {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        }
        System.exit(0);
    }

    private static int positive(String option, String value) {
        int number = Integer.parseInt(value);
        if (number <= 0) {
            throw new IllegalArgumentException(option + ": '" + value + "' is not a count such as 200");
        }
        return number;
    }
}
