package dev.sonde.profile;

/**
 * Counts and costs under what a chunk has numbers for. A table of plain numbers: there are millions of events, and an object for each
 * would cost more than to read it.
 */
final class NumberedSums {

    private static final int WIDTH = 4; // two of the key, the count, the cost
    private static final int COUNT = 2;
    private static final int COST = 3;

    /** Is shown the sums. */
    interface Visitor {

        /** Under these numbers so much was added up. */
        void sum(int stack, int thread, int what, int holder, long count, long cost);
    }

    private long[] rows = new long[WIDTH << 10];
    private boolean[] used = new boolean[1 << 10];
    private int size;

    int size() {
        return size;
    }

    /** Adds up. The numbers are those of the chunk; of what an event does not tell it may be any, the same for all. */
    void add(int stack, int thread, int what, int holder, long count, long cost) {
        if (size * 2 > used.length) {
            grow();
        }
        long first = ((long) stack << 32) | (thread & 0xffffffffL);
        long second = ((long) what << 32) | (holder & 0xffffffffL);
        int slot = slot(first, second);
        int row = slot * WIDTH;
        if (!used[slot]) {
            used[slot] = true;
            rows[row] = first;
            rows[row + 1] = second;
            size++;
        }
        rows[row + COUNT] += count;
        rows[row + COST] += cost;
    }

    /** Where these are, or would be. */
    private int slot(long first, long second) {
        long mixed = (first * 31 + second) * 0x9e3779b97f4a7c15L;
        int mask = used.length - 1;
        int slot = (int) (mixed >>> 32) & mask;
        while (used[slot] && (rows[slot * WIDTH] != first || rows[slot * WIDTH + 1] != second)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] before = rows;
        boolean[] were = used;
        rows = new long[before.length * 2];
        used = new boolean[were.length * 2];
        for (int old = 0; old < were.length; old++) {
            if (were[old]) {
                int slot = slot(before[old * WIDTH], before[old * WIDTH + 1]);
                used[slot] = true;
                System.arraycopy(before, old * WIDTH, rows, slot * WIDTH, WIDTH);
            }
        }
    }

    void each(Visitor visitor) {
        for (int slot = 0; slot < used.length; slot++) {
            if (used[slot]) {
                int row = slot * WIDTH;
                visitor.sum(
                        (int) (rows[row] >> 32),
                        (int) rows[row],
                        (int) (rows[row + 1] >> 32),
                        (int) rows[row + 1],
                        rows[row + COUNT],
                        rows[row + COST]);
            }
        }
    }
}
