package dev.sonde.jvm;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A heap dump of HotSpot (HPROF 1.0.2), read once from its beginning and then looked up. The index has an entry for each few
 * kilobytes of neighbouring objects and not for each object: a dump lists objects by address nearly always, and where it
 * does not the index is larger and as right.
 */
final class HeapDump {

    private static final int BOOLEAN = 4;
    private static final int BYTE = 8;
    /** By type; 2 is a reference and has the size of an id. */
    private static final int[] SIZES = {0, 0, 0, 0, 1, 2, 4, 8, 1, 2, 4, 8};

    private static final long SPAN = 4096;
    private static final int MOST_RUNS = 30_000_000;
    private static final int MOST_CANDIDATES = 20_000_000;

    /** A class as the dump has it. Fields of its superclasses are theirs. */
    static final class DumpClass {
        final long id;
        final String name;
        final long superId;
        final String[] fields;
        final int[] types;
        final Map<String, Object> statics = new HashMap<>();

        DumpClass(long id, String name, long superId, String[] fields, int[] types) {
            this.id = id;
            this.name = name;
            this.superId = superId;
            this.fields = fields;
            this.types = types;
        }
    }

    /** A static field whose value is a reference. */
    record Reference(long id) {}

    private final HeapFile file;
    private final int idSize;
    private final Map<Long, Long> texts = new HashMap<>();
    private final Map<Long, Long> names = new HashMap<>();
    private final Map<Long, DumpClass> classes = new HashMap<>();

    // Runs of objects: the first one's id, where it stands, and how many there are.
    private long[] firsts = new long[1024];
    private long[] places = new long[1024];
    private int[] counts = new int[1024];
    private int runs;
    private boolean sorted = true;
    private long lastId;
    private boolean runOpen;

    private final String wanted;
    private final Set<Long> wantedClasses = new HashSet<>();
    private final Set<Long> otherClasses = new HashSet<>();
    private long[] candidates = new long[1024];
    private int found;
    private long objects;

    /**
     * Reads a dump.
     *
     * @param wanted the class whose instances, and those of its subclasses, are wanted
     * @throws IOException when it is none, or is torn
     */
    HeapDump(FileChannel channel, String wanted, BooleanSupplier cancelled) throws IOException {
        this.file = new HeapFile(channel);
        this.wanted = wanted;
        String magic = "JAVA PROFILE 1.0.";
        if (file.size < 31 || !new String(file.bytes(0, magic.length()), StandardCharsets.US_ASCII).equals(magic)) {
            throw new IOException("not a heap dump");
        }
        idSize = file.i4(19);
        if (idSize != 4 && idSize != 8) {
            throw new IOException("ids of " + idSize + " bytes");
        }
        try {
            read(cancelled);
        } catch (IllegalArgumentException e) {
            throw new IOException("the heap dump is torn: " + e.getMessage(), e);
        }
        if (!sorted) {
            sort();
        }
    }

    private void read(BooleanSupplier cancelled) throws IOException {
        boolean ended = false;
        for (long at = 31; at < file.size && !ended; ) {
            int tag = file.u1(at);
            long length = file.i4(at + 5) & 0xffffffffL;
            long body = at + 9;
            switch (tag) {
                case 0x01 -> texts.put(id(body), ((body + idSize) << 24) | Math.min(length - idSize, 0xffffff));
                case 0x02 -> names.put(id(body + 4), id(body + 8 + idSize));
                case 0x0c, 0x1c -> segment(body, body + length, cancelled);
                case 0x2c -> ended = true;
                default -> {}
            }
            at = body + length;
        }
        if (!ended) {
            throw new IOException("the heap dump ends before its end");
        }
    }

    private void segment(long from, long to, BooleanSupplier cancelled) throws IOException {
        runOpen = false;
        int looks = 0;
        for (long at = from; at < to; ) {
            if ((++looks & 0xffff) == 0 && cancelled.getAsBoolean()) {
                throw new IOException("cancelled");
            }
            int tag = file.u1(at);
            long body = at + 1;
            switch (tag) {
                case 0xff, 0x05, 0x07 -> at = body + idSize;
                case 0x01 -> at = body + 2L * idSize;
                case 0x02, 0x03, 0x08 -> at = body + idSize + 8;
                case 0x04, 0x06 -> at = body + idSize + 4;
                case 0x20 -> {
                    at = classDump(body);
                    runOpen = false;
                }
                case 0x21 -> {
                    object(at, id(body));
                    long type = id(body + idSize + 4);
                    if (isWanted(type)) {
                        candidate(at);
                    }
                    at = body + 2L * idSize + 8 + (file.i4(body + 2L * idSize + 4) & 0xffffffffL);
                }
                case 0x22 -> {
                    object(at, id(body));
                    at = body + 2L * idSize + 8 + (long) idSize * file.i4(body + idSize + 4);
                }
                case 0x23 -> {
                    object(at, id(body));
                    at = body + idSize + 9 + (long) size(file.u1(body + idSize + 8)) * file.i4(body + idSize + 4);
                }
                default -> throw new IOException("the heap dump has a part of kind " + tag + " at " + at);
            }
        }
    }

    private int size(int type) {
        int size = type == 2 ? idSize : type < SIZES.length ? SIZES[type] : 0;
        if (size == 0) {
            throw new IllegalArgumentException("type " + type);
        }
        return size;
    }

    private void object(long at, long id) throws IOException {
        objects++;
        if (runOpen && id > lastId && id - firsts[runs - 1] < SPAN && at - places[runs - 1] < 4 * SPAN) {
            counts[runs - 1]++;
        } else {
            if (runs == firsts.length) {
                if (runs >= MOST_RUNS) {
                    throw new IOException("more objects than can be looked up");
                }
                int more = (int) Math.min(MOST_RUNS, runs * 2L);
                firsts = Arrays.copyOf(firsts, more);
                places = Arrays.copyOf(places, more);
                counts = Arrays.copyOf(counts, more);
            }
            sorted &= runs == 0 || id >= firsts[runs - 1];
            firsts[runs] = id;
            places[runs] = at;
            counts[runs++] = 1;
            runOpen = true;
        }
        lastId = id;
    }

    private void candidate(long at) throws IOException {
        if (found == candidates.length) {
            if (found >= MOST_CANDIDATES) {
                throw new IOException("more than " + MOST_CANDIDATES + " instances");
            }
            candidates = Arrays.copyOf(candidates, (int) Math.min(MOST_CANDIDATES, found * 2L));
        }
        candidates[found++] = at;
    }

    private void sort() {
        Integer[] order = IntStream.range(0, runs).boxed().toArray(Integer[]::new);
        long[] ids = firsts;
        Arrays.sort(order, Comparator.comparingLong(i -> ids[i]));
        long[] newFirsts = new long[runs];
        long[] newPlaces = new long[runs];
        int[] newCounts = new int[runs];
        for (int i = 0; i < runs; i++) {
            newFirsts[i] = firsts[order[i]];
            newPlaces[i] = places[order[i]];
            newCounts[i] = counts[order[i]];
        }
        firsts = newFirsts;
        places = newPlaces;
        counts = newCounts;
    }

    private long classDump(long body) {
        long id = id(body);
        long superId = id(body + idSize + 4);
        long at = body + 7L * idSize + 8;
        int constants = file.u2(at);
        at += 2;
        for (int i = 0; i < constants; i++) {
            at += 3 + size(file.u1(at + 2));
        }
        int statics = file.u2(at);
        at += 2;
        long staticsAt = at;
        for (int i = 0; i < statics; i++) {
            at += idSize + 1 + size(file.u1(at + idSize));
        }
        int count = file.u2(at);
        at += 2;
        String[] fields = new String[count];
        int[] types = new int[count];
        for (int i = 0; i < count; i++) {
            fields[i] = text(id(at));
            types[i] = file.u1(at + idSize);
            at += idSize + 1;
        }
        DumpClass type = new DumpClass(id, text(names.getOrDefault(id, 0L)).replace('/', '.'), superId, fields, types);
        classes.put(id, type);
        long next = staticsAt;
        for (int i = 0; i < statics; i++) {
            int kind = file.u1(next + idSize);
            Object value = value(next + idSize + 1, kind);
            if (value != null) {
                type.statics.put(text(id(next)), value);
            }
            next += idSize + 1 + size(kind);
        }
        return at;
    }

    private String text(long id) {
        Long place = texts.get(id);
        return place == null
                ? ""
                : new String(file.bytes(place >>> 24, (int) (place & 0xffffff)), StandardCharsets.UTF_8);
    }

    long id(long at) {
        return idSize == 8 ? file.i8(at) : file.i4(at) & 0xffffffffL;
    }

    /** Whether a class is the wanted one or below it. HotSpot writes all classes before the first object. */
    private boolean isWanted(long type) {
        if (wantedClasses.contains(type)) {
            return true;
        }
        if (otherClasses.contains(type)) {
            return false;
        }
        boolean is = false;
        DumpClass each = classes.get(type);
        for (int i = 0; each != null && i < 100 && !is; i++) {
            is = each.name.equals(wanted);
            each = classes.get(each.superId);
        }
        (is ? wantedClasses : otherClasses).add(type);
        return is;
    }

    /** Instances of the wanted class. */
    int found() {
        return found;
    }

    /** Objects of all classes. */
    long objects() {
        return objects;
    }

    HeapObject candidate(int index) {
        return new HeapObject(this, candidates[index]);
    }

    /** The object of an id; null for none. */
    @Nullable
    HeapObject object(long id) {
        if (id == 0) {
            return null;
        }
        int low = 0;
        int high = runs - 1;
        while (low <= high) {
            int mid = (low + high) >>> 1;
            if (firsts[mid] <= id) {
                low = mid + 1;
            } else {
                high = mid - 1;
            }
        }
        // Runs may lie within one another where a dump is not in the order of addresses.
        for (int run = high; run >= 0 && id - firsts[run] < SPAN; run--) {
            long at = places[run];
            for (int i = 0; i < counts[run]; i++) {
                long here = id(at + 1);
                if (here == id) {
                    return new HeapObject(this, at);
                }
                if (here > id) {
                    break;
                }
                at = next(at);
            }
        }
        return null;
    }

    private long next(long at) {
        long body = at + 1;
        return switch (file.u1(at)) {
            case 0x21 -> body + 2L * idSize + 8 + (file.i4(body + 2L * idSize + 4) & 0xffffffffL);
            case 0x22 -> body + 2L * idSize + 8 + (long) idSize * file.i4(body + idSize + 4);
            default -> body + idSize + 9 + (long) size(file.u1(body + idSize + 8)) * file.i4(body + idSize + 4);
        };
    }

    // ---- what HeapObject asks

    int tag(long at) {
        return file.u1(at);
    }

    /** Of an instance or an array of references. */
    @Nullable
    DumpClass typeAt(long at) {
        long body = at + 1;
        return classes.get(id(file.u1(at) == 0x21 ? body + idSize + 4 : body + idSize + 8));
    }

    @Nullable
    DumpClass type(long classId) {
        return classes.get(classId);
    }

    /** The class of that name; one of them where several loaders have one. */
    @Nullable
    DumpClass named(String name) {
        return classes.values().stream()
                .filter(each -> each.name.equals(name))
                .findFirst()
                .orElse(null);
    }

    long fieldsAt(long at) {
        return at + 1 + 2L * idSize + 8;
    }

    int lengthAt(long at) {
        return file.i4(at + 1 + idSize + 4);
    }

    int sizeOf(int type) {
        return size(type);
    }

    int elementType(long at) {
        return file.u1(at) == 0x22 ? 2 : file.u1(at + 1 + idSize + 8);
    }

    @Nullable
    Object element(long at, int index) {
        int type = elementType(at);
        long from = type == 2 ? fieldsAt(at) : at + 1 + idSize + 9;
        return value(from + (long) index * size(type), type);
    }

    /** Bytes of an array of bytes, as many as are wanted. */
    byte[] rawBytes(long at, int most) {
        int type = elementType(at);
        return file.bytes(at + 1 + idSize + 9, Math.min(most, lengthAt(at) * size(type)));
    }

    /** A primitive as its box, a reference as a {@link Reference}; null for null. */
    @Nullable
    Object value(long at, int type) {
        if (type == 2) {
            long id = id(at);
            return id == 0 ? null : new Reference(id);
        }
        if (type == BOOLEAN) {
            return file.u1(at) != 0;
        }
        if (type == 5) {
            return String.valueOf((char) file.u2(at));
        }
        if (type == 6 || type == 7) {
            return type == 6 ? (double) Float.intBitsToFloat(file.i4(at)) : Double.longBitsToDouble(file.i8(at));
        }
        return type == BYTE
                ? (long) (byte) file.u1(at)
                : type == 9 ? (short) file.u2(at) : type == 10 ? file.i4(at) : file.i8(at);
    }

    List<DumpClass> chain(@Nullable DumpClass of) {
        List<DumpClass> chain = new ArrayList<>();
        for (DumpClass each = of; each != null && chain.size() < 100; each = classes.get(each.superId)) {
            chain.add(each);
        }
        return chain;
    }
}
