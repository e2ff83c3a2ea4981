package dev.sonde.shell.h2;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Keeps an H2 server busy over JDBC: {@code H2Load PORT [CLIENTS]}. Prints {@code READY}, then each second {@code SECOND
 * ops=N errors=N}, the errors counted from the start; ends with its standard input.
 */
final class H2Load {

    private static final int ROWS = 2_000;

    private final String url;
    private final LongAdder operations = new LongAdder();
    private final LongAdder errors = new LongAdder();

    private H2Load(String url) {
        this.url = url;
    }

    public static void main(String[] args) throws Exception {
        H2Load load = new H2Load("jdbc:h2:tcp://127.0.0.1:" + args[0] + "/mem:shop;DB_CLOSE_DELAY=-1");
        int clients = args.length > 1 ? Integer.parseInt(args[1]) : 2;
        load.createTables();
        for (int i = 0; i < clients; i++) {
            int seed = i;
            daemon("client-" + i, () -> load.work(seed));
        }
        System.out.println("READY");
        daemon("report", load::report);
        while (System.in.read() >= 0) {
            // whatever is typed means nothing
        }
        System.exit(0);
    }

    private static void daemon(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void createTables() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("create table customer(id int primary key, name varchar(40), credit int)");
            statement.execute("create table purchase(id bigint auto_increment primary key, customer int, cents int)");
            statement.execute("insert into customer select x, 'customer ' || x, 0 from system_range(1, " + ROWS + ")");
            statement.execute("insert into purchase(customer, cents) select 1 + mod(x, " + ROWS
                    + "), mod(x * 37, 10000) from system_range(1, " + 5 * ROWS + ")");
        }
    }

    private void work(int seed) {
        Random random = new Random(seed);
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement byId = connection.prepareStatement("select name from customer where id = ?");
                PreparedStatement credit =
                        connection.prepareStatement("update customer set credit = credit + ? where id = ?");
                PreparedStatement sum =
                        connection.prepareStatement("select sum(cents) from purchase where id between ? and ?")) {
            while (true) {
                try {
                    int id = 1 + random.nextInt(ROWS);
                    switch (random.nextInt(4)) {
                        case 0 -> {
                            credit.setInt(1, random.nextInt(100));
                            credit.setInt(2, id);
                            credit.executeUpdate();
                        }
                        case 1 -> {
                            sum.setInt(1, id);
                            sum.setInt(2, id + 50);
                            read(sum);
                        }
                        default -> {
                            byId.setInt(1, id);
                            read(byId);
                        }
                    }
                    operations.increment();
                } catch (SQLException e) {
                    errors.increment();
                }
            }
        } catch (SQLException e) {
            errors.increment();
        }
    }

    private static void read(PreparedStatement query) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            if (!rows.next()) {
                throw new SQLException("no row");
            }
        }
    }

    private void report() {
        try {
            while (true) {
                TimeUnit.SECONDS.sleep(1);
                System.out.println("SECOND ops=" + operations.sumThenReset() + " errors=" + errors.sum());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
