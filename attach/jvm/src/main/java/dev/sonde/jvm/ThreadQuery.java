package dev.sonde.jvm;

import java.time.Duration;

/**
 * How to look at threads.
 *
 * @param interval over which CPU and allocation are sampled; zero takes one dump and gives no rates
 * @param virtual whether virtual threads are wanted too (from JDK 21 on; costs more)
 */
public record ThreadQuery(Duration interval, boolean virtual) {}
