package shop;

import java.util.List;

/** A basket, on its way to a receipt. */
public final class Order {

    private final long id;
    private final Customer customer;
    private final Channel channel;
    private final List<OrderLine> lines;
    private Status status = Status.NEW;

    /** How far an order has come. */
    public enum Status {
        NEW,
        PLACED,
        REFUSED
    }

    Order(long id, Customer customer, Channel channel, List<OrderLine> lines) {
        this.id = id;
        this.customer = customer;
        this.channel = channel;
        this.lines = List.copyOf(lines);
    }

    public long getId() {
        return id;
    }

    public Customer getCustomer() {
        return customer;
    }

    public Channel getChannel() {
        return channel;
    }

    public List<OrderLine> getLines() {
        return lines;
    }

    public Status getStatus() {
        return status;
    }

    void setStatus(Status status) {
        this.status = status;
    }

    @Override
    public String toString() {
        return "Order " + id + " of " + customer.name();
    }
}
