/**
 * An order service under load: the program that {@code sonde demo} looks at. It has faults worth finding, and each is marked
 * by a comment that starts with "Fault:". {@link shop.OrderService#place} is where to begin.
 */
package shop;
