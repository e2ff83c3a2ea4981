package shop;

/** Where an order came from. */
public enum Channel {
    WEB,
    PHONE,
    PARTNER
}
