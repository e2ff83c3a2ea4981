package dev.sonde.weave.source;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.java.decompiler.main.Fernflower;
import org.jetbrains.java.decompiler.main.decompiler.CancelationManager;
import org.jetbrains.java.decompiler.main.extern.IContextSource;
import org.jetbrains.java.decompiler.main.extern.IFernflowerLogger;
import org.jetbrains.java.decompiler.main.extern.IFernflowerPreferences;
import org.jetbrains.java.decompiler.main.extern.IResultSaver;
import org.jspecify.annotations.Nullable;

/**
 * Turns class files back into Java, with Vineflower. A class file is the target's word and may be made to keep a decompiler
 * busy for ever: so one class at a time, of bounded size, on a thread of its own that is told to stop when its time is up.
 * A thread that does not listen keeps its place, and the next ones are refused until it ends: the server goes on.
 */
public final class Decompiler {

    /** Of a class with its inner classes; the largest of a hundred libraries looked at has 1.1 MB. */
    private static final int MOST_BYTES = 4 << 20;

    private static final int AT_ONCE = 2;
    private static final Semaphore PLACES = new Semaphore(AT_ONCE, true);

    private static final Map<String, Object> OPTIONS = Map.of(
            IFernflowerPreferences.BYTECODE_SOURCE_MAPPING, "1",
            IFernflowerPreferences.INCLUDE_JAVA_RUNTIME, "",
            IFernflowerPreferences.INCLUDE_ENTIRE_CLASSPATH, "0",
            IFernflowerPreferences.THREADS, "1",
            IFernflowerPreferences.NEW_LINE_SEPARATOR, "1",
            IFernflowerPreferences.INDENT_STRING, "    ",
            IFernflowerPreferences.BANNER, "",
            IFernflowerPreferences.DECOMPILER_COMMENTS, "0");

    static {
        CancelationManager.setCancelationChecker(() -> {
            if (Thread.currentThread().isInterrupted()) {
                CancelationManager.cancel(); // throws
            }
        });
    }

    private Decompiler() {}

    /** A class that could not be decompiled, with the reason for a person. */
    public static final class Undecompiled extends Exception {
        Undecompiled(String reason, @Nullable Throwable cause) {
            super(reason, cause);
        }
    }

    /**
     * Decompiles a class and the classes within it.
     *
     * @param className the outermost class, as {@link Class#getName()} gives it
     * @param classFiles by the same kind of name: the class itself and those within it
     * @param others classes that it speaks of, for the types of generics and lambdas; may be empty
     * @throws Undecompiled when it is too large, took too long, or is beyond the decompiler
     */
    public static SourceText decompile(
            String className, Map<String, byte[]> classFiles, Map<String, byte[]> others, Duration atMost)
            throws Undecompiled, InterruptedException {
        long size =
                classFiles.values().stream().mapToLong(bytes -> bytes.length).sum();
        if (size > MOST_BYTES) {
            throw new Undecompiled(
                    "its class files have " + size + " bytes; at most " + MOST_BYTES + " are decompiled", null);
        }
        if (!PLACES.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new Undecompiled("other classes are still being decompiled", null);
        }
        Run run = new Run(className, classFiles, others);
        Thread thread = new Thread(null, run, "decompiler", 16 << 20);
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(atMost.toMillis());
        } finally {
            if (thread.isAlive()) {
                run.cancelled = true;
                thread.interrupt();
            }
        }
        SourceText text = run.text.get();
        if (text == null) {
            Throwable why = run.failure.get();
            throw new Undecompiled(
                    run.cancelled
                            ? "decompiling took longer than " + atMost.toSeconds() + " s"
                            : why != null ? "the decompiler failed: " + why : "the decompiler gave nothing",
                    why);
        }
        return text;
    }

    /** Its end gives back its place, whenever that is. */
    private static final class Run implements Runnable, IContextSource.IOutputSink {

        private final String className;
        private final Map<String, byte[]> classFiles;
        private final Map<String, byte[]> others;
        final AtomicReference<@Nullable SourceText> text = new AtomicReference<>();
        final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        volatile boolean cancelled;

        Run(String className, Map<String, byte[]> classFiles, Map<String, byte[]> others) {
            this.className = className;
            this.classFiles = classFiles;
            this.others = others;
        }

        @Override
        public void run() {
            try {
                Fernflower decompiler = new Fernflower(new Nowhere(), OPTIONS, IFernflowerLogger.NO_OP);
                try {
                    decompiler.addSource(new Bytes(classFiles, this));
                    decompiler.addLibrary(new Bytes(others, null));
                    decompiler.decompileContext();
                } finally {
                    decompiler.clearContext();
                }
            } catch (Throwable e) { // StackOverflowError and OutOfMemoryError of a hostile class among them
                failure.compareAndSet(null, e);
            } finally {
                PLACES.release();
            }
        }

        @Override
        public void begin() {}

        @Override
        public void acceptClass(
                String qualifiedName, String fileName, @Nullable String content, int @Nullable [] mapping) {
            if (content != null && (qualifiedName.replace('/', '.').equals(className) || text.get() == null)) {
                text.set(numbered(content, mapping == null ? new int[0] : mapping));
            }
        }

        @Override
        public void acceptDirectory(String directory) {}

        @Override
        public void acceptOther(String path) {}

        @Override
        public void close() {}
    }

    /** Class files that are in memory. */
    private static final class Bytes implements IContextSource {

        private final Map<String, byte[]> files = new LinkedHashMap<>();
        private final @Nullable IOutputSink sink;

        Bytes(Map<String, byte[]> classFiles, @Nullable IOutputSink sink) {
            classFiles.forEach((name, bytes) -> files.put(name.replace('.', '/'), bytes));
            this.sink = sink;
        }

        @Override
        public String getName() {
            return sink == null ? "others" : "classes";
        }

        @Override
        public Entries getEntries() {
            List<Entry> classes = new ArrayList<>();
            files.keySet().forEach(name -> classes.add(Entry.atBase(name)));
            return new Entries(classes, List.of(), List.of());
        }

        @Override
        public @Nullable InputStream getInputStream(String resource) {
            String name = resource.endsWith(CLASS_SUFFIX)
                    ? resource.substring(0, resource.length() - CLASS_SUFFIX.length())
                    : resource;
            byte[] bytes = files.get(name);
            return bytes == null ? null : new ByteArrayInputStream(bytes);
        }

        @Override
        public @Nullable IOutputSink createOutputSink(IResultSaver saver) {
            return sink;
        }
    }

    /** What is saved goes to the sink. */
    private static final class Nowhere implements IResultSaver {
        @Override
        public void saveFolder(String path) {}

        @Override
        public void copyFile(String source, String path, String entryName) {}

        @Override
        public void saveClassFile(String path, String qualifiedName, String entryName, String content, int[] mapping) {}

        @Override
        public void createArchive(String path, String archiveName, java.util.jar.@Nullable Manifest manifest) {}

        @Override
        public void saveDirEntry(String path, String archiveName, String entryName) {}

        @Override
        public void copyEntry(String source, String path, String archiveName, String entry) {}

        @Override
        public void saveClassEntry(
                String path, String archiveName, String qualifiedName, String entryName, String content) {}

        @Override
        public void closeArchive(String path, String archiveName) {}
    }

    /**
     * Gives each line its number.
     *
     * @param mapping pairs of a line of the class file and the line of the text, from 1, that shows it
     */
    private static SourceText numbered(String text, int[] mapping) {
        Map<Integer, Integer> numbers = new HashMap<>();
        for (int i = 0; i + 1 < mapping.length; i += 2) {
            numbers.merge(mapping[i + 1], mapping[i], Math::min);
        }
        List<String> all = text.lines().toList();
        List<SourceText.Line> lines = new ArrayList<>(all.size());
        for (int i = 0; i < all.size(); i++) {
            Integer number = numbers.get(i + 1);
            lines.add(new SourceText.Line(number == null ? OptionalInt.empty() : OptionalInt.of(number), all.get(i)));
        }
        return new SourceText(lines);
    }
}
