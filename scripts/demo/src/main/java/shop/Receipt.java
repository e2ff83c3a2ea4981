package shop;

import java.time.Instant;

/** What the customer gets for an order. */
public record Receipt(long orderId, long totalCents, int discountPercent, Instant time) {}
