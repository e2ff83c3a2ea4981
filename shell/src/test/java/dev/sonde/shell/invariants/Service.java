package dev.sonde.shell.invariants;

import java.lang.management.ManagementFactory;
import java.util.Scanner;

/** A target as most are: it has classes from jars, has read its own management beans, and waits. */
public final class Service {

    private Service() {}

    public static void main(String[] args) {
        // Looked for in every jar of the class path.
        boolean found = ClassLoader.getSystemResource("no/such/resource") != null;
        long seen = ManagementFactory.getClassLoadingMXBean().getLoadedClassCount()
                + ManagementFactory.getThreadMXBean().getThreadCount()
                + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
                + ManagementFactory.getMemoryPoolMXBeans().size()
                + ManagementFactory.getGarbageCollectorMXBeans().size();
        if (found || seen == 0) {
            throw new IllegalStateException("that cannot be");
        }
        System.out.println("READY");
        try (Scanner in = new Scanner(System.in, "UTF-8")) {
            while (in.hasNextLine()) {
                in.nextLine();
            }
        }
    }
}
