package dev.sonde.jvm;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.util.Optional;

/** Code that C calls, through {@code java.lang.foreign}: by reflection, because that came with 22. */
final class Upcall {

    private static volatile String current = "";
    private static volatile int passed;

    private Upcall() {}

    static int compare(Object first, Object second) {
        passed = Junction.pass(current, 21);
        return 0;
    }

    /** Has the C library sort two numbers, and compare them by passing. */
    static int sort(String name) {
        current = name;
        try {
            Class<?> segment = type("MemorySegment");
            Class<?> linkers = type("Linker");
            Object linker = linkers.getMethod("nativeLinker").invoke(null);
            Object library = linkers.getMethod("defaultLookup").invoke(linker);
            Object qsort = ((Optional<?>)
                            type("SymbolLookup").getMethod("find", String.class).invoke(library, "qsort"))
                    .orElseThrow();
            Object arena = type("Arena").getMethod("global").invoke(null);
            Object numbers = type("SegmentAllocator")
                    .getMethod("allocate", long.class, long.class)
                    .invoke(arena, 8L, 8L);
            Object options = Array.newInstance(type("Linker$Option"), 0);
            MethodHandle compare = MethodHandles.lookup()
                    .findStatic(Upcall.class, "compare", MethodType.methodType(int.class, Object.class, Object.class))
                    .asType(MethodType.methodType(int.class, segment, segment));
            Object stub = linkers.getMethod(
                            "upcallStub",
                            MethodHandle.class,
                            type("FunctionDescriptor"),
                            type("Arena"),
                            options.getClass())
                    .invoke(linker, compare, described("JAVA_INT", "ADDRESS", "ADDRESS"), arena, options);
            MethodHandle sort = (MethodHandle) linkers.getMethod(
                            "downcallHandle", segment, type("FunctionDescriptor"), options.getClass())
                    .invoke(linker, qsort, described("", "ADDRESS", "JAVA_LONG", "JAVA_LONG", "ADDRESS"), options);
            sort.invokeWithArguments(numbers, 2L, 4L, stub);
            return passed;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** A function of C by its result, which may be nothing, and its parameters. */
    private static Object described(String result, String... parameters) throws ReflectiveOperationException {
        Class<?> layout = type("MemoryLayout");
        Object array = Array.newInstance(layout, parameters.length);
        for (int i = 0; i < parameters.length; i++) {
            Array.set(array, i, layout(parameters[i]));
        }
        Class<?> descriptor = type("FunctionDescriptor");
        return result.isEmpty()
                ? descriptor.getMethod("ofVoid", array.getClass()).invoke(null, array)
                : descriptor.getMethod("of", layout, array.getClass()).invoke(null, layout(result), array);
    }

    private static Object layout(String name) throws ReflectiveOperationException {
        return type("ValueLayout").getField(name).get(null);
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName("java.lang.foreign." + name);
    }
}
