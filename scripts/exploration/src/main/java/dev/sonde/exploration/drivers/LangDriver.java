package dev.sonde.exploration.drivers;

import java.lang.reflect.Method;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.apache.commons.lang3.ArrayUtils;
import org.apache.commons.lang3.BooleanUtils;
import org.apache.commons.lang3.CharSetUtils;
import org.apache.commons.lang3.ClassUtils;
import org.apache.commons.lang3.Conversion;
import org.apache.commons.lang3.LocaleUtils;
import org.apache.commons.lang3.Range;
import org.apache.commons.lang3.StringUtils;
import org.apache.commons.lang3.Validate;
import org.apache.commons.lang3.builder.EqualsBuilder;
import org.apache.commons.lang3.builder.HashCodeBuilder;
import org.apache.commons.lang3.builder.ToStringBuilder;
import org.apache.commons.lang3.builder.ToStringStyle;
import org.apache.commons.lang3.concurrent.BasicThreadFactory;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.commons.lang3.math.Fraction;
import org.apache.commons.lang3.math.NumberUtils;
import org.apache.commons.lang3.mutable.MutableInt;
import org.apache.commons.lang3.reflect.FieldUtils;
import org.apache.commons.lang3.reflect.MethodUtils;
import org.apache.commons.lang3.reflect.TypeUtils;
import org.apache.commons.lang3.time.DateUtils;
import org.apache.commons.lang3.time.DurationFormatUtils;
import org.apache.commons.lang3.time.FastDateFormat;
import org.apache.commons.lang3.tuple.Pair;
import org.apache.commons.lang3.tuple.Triple;
import org.jspecify.annotations.Nullable;

/** commons-lang3: text, arrays, numbers, dates, reflection; also where it throws. */
@SuppressWarnings("JavaUtilDate") // dates are what the library is asked for
public final class LangDriver {

    private LangDriver() {}

    public static void main(String[] args) throws Exception {
        statics(StringUtils.class, "Hello, World");
        statics(BooleanUtils.class, "yes");
        statics(ArrayUtils.class, "a");
        statics(NumberUtils.class, "0x1F");
        statics(CharSetUtils.class, "hello");
        statics(ClassUtils.class, "java.util.Map$Entry");
        statics(LocaleUtils.class, "en_GB");
        statics(DateUtils.class, "x");
        statics(Conversion.class, "7");
        for (int i = 1; i < 200; i++) {
            Fraction fraction = Fraction.getFraction(i, 7 * i % 13 + 1).reduce();
            if (i % 40 == 0) {
                System.out.println(fraction + " " + fraction.toProperString() + " " + fraction.invert());
            }
        }
        System.out.println(Pair.of("a", 1).compareTo(Pair.of("a", 2)) + " " + Triple.of(1, 2, 3));
        System.out.println(Range.of(1, 9).intersectionWith(Range.of(4, 12)) + " " + new MutableInt(3).addAndGet(4));
        Point one = new Point(1, 2);
        Point other = new Point(1, 2);
        System.out.println(EqualsBuilder.reflectionEquals(one, other) + " " + HashCodeBuilder.reflectionHashCode(one));
        System.out.println(ToStringBuilder.reflectionToString(one, ToStringStyle.JSON_STYLE)
                + ToStringBuilder.reflectionToString(one, ToStringStyle.SHORT_PREFIX_STYLE));
        System.out.println(FieldUtils.readField(one, "x", true) + " " + MethodUtils.invokeMethod(one, true, "sum", 5));
        System.out.println(
                TypeUtils.toString(Comparator.class) + TypeUtils.getTypeArguments(Point.class, Comparable.class));
        FastDateFormat format = FastDateFormat.getInstance(
                "EEE, yyyy-MM-dd'T'HH:mm:ss.SSSZZ", TimeZone.getTimeZone("GMT+3"), Locale.US);
        for (long day = 0; day < 400; day += 37) {
            String text = format.format(new Date(day * 86_400_000L));
            System.out.println(text + " " + format.parse(text).getTime());
        }
        try {
            format.parse("never");
        } catch (ParseException e) {
            System.out.println(ExceptionUtils.getRootCauseMessage(e) + " " + e.getErrorOffset());
        }
        System.out.println(DurationFormatUtils.formatDurationWords(1_000_000_000L, true, true));
        try {
            Validate.inclusiveBetween(1, 5, 9);
        } catch (IllegalArgumentException e) {
            System.out.println(ExceptionUtils.getMessage(e));
        }
        Thread thread = BasicThreadFactory.builder()
                .namingPattern("lang-%d")
                .daemon(true)
                .build()
                .newThread(
                        () -> System.out.println("in " + Thread.currentThread().getName()));
        thread.start();
        thread.join();
    }

    /** Calls every public static method with what its parameters may be made of {@code text}. */
    private static void statics(Class<?> type, String text) {
        Method[] methods = type.getMethods();
        Arrays.sort(methods, Comparator.comparing(Method::toString));
        int ended = 0;
        int threw = 0;
        long hash = 17;
        for (Method method : methods) {
            if (!java.lang.reflect.Modifier.isStatic(method.getModifiers())
                    || method.getName().contains("shuffle")
                    || (method.isVarArgs() && method.getName().startsWith("getDefault"))) {
                continue;
            }
            for (int variant = 0; variant < 3; variant++) {
                @Nullable Object[] arguments = new @Nullable Object[method.getParameterCount()];
                for (int i = 0; i < arguments.length; i++) {
                    arguments[i] = some(method.getParameterTypes()[i], text, variant + i);
                }
                try {
                    hash = hash * 31 + digest(method.invoke(null, arguments));
                    ended++;
                } catch (ReflectiveOperationException | IllegalArgumentException e) {
                    hash = hash * 31
                            + String.valueOf(
                                            e.getCause() == null
                                                    ? e.getClass()
                                                    : e.getCause().getClass())
                                    .hashCode();
                    threw++;
                }
            }
        }
        System.out.println(type.getSimpleName() + " " + ended + " " + threw + " " + hash);
    }

    private static int digest(Object value) {
        if (value instanceof Object[] array) {
            return Arrays.deepToString(array)
                    .replaceAll("(\\$\\$Lambda[^@]*)?@[0-9a-f]+", "")
                    .hashCode();
        }
        return String.valueOf(value)
                .replaceAll("(\\$\\$Lambda[^@]*)?@[0-9a-f]+", "")
                .hashCode();
    }

    private static @Nullable Object some(Class<?> type, String text, int variant) {
        if (type == String.class || type == CharSequence.class || type == Object.class || type == Comparable.class) {
            return variant % 3 == 2 ? null : variant % 2 == 0 ? text : text.substring(text.length() / 2);
        }
        if (type == int.class || type == Integer.class) {
            return variant + 1;
        }
        if (type == long.class || type == Long.class) {
            return variant + 2L;
        }
        if (type == boolean.class || type == Boolean.class) {
            return variant % 2 == 0;
        }
        if (type == char.class || type == Character.class) {
            return text.charAt(variant % text.length());
        }
        if (type == double.class) {
            return variant + 0.5;
        }
        if (type == float.class) {
            return variant + 0.25f;
        }
        if (type == short.class) {
            return (short) variant;
        }
        if (type == byte.class) {
            return (byte) variant;
        }
        if (type == Class.class) {
            return variant % 2 == 0 ? List.class : int[].class;
        }
        if (type == Locale.class) {
            return Locale.UK;
        }
        if (type == Date.class) {
            return new Date(1_000_000_000_000L + variant);
        }
        if (type.isArray()) {
            Object array = java.lang.reflect.Array.newInstance(type.getComponentType(), 3);
            for (int i = 0; i < 3; i++) {
                Object element = some(type.getComponentType(), text, i + variant);
                if (element != null) {
                    java.lang.reflect.Array.set(array, i, element);
                }
            }
            return array;
        }
        return null;
    }

    /** Something with fields. */
    public static final class Point implements Comparable<Point> {
        private final int x;
        private final int y;

        Point(int x, int y) {
            this.x = x;
            this.y = y;
        }

        public int sum(int z) {
            return x + y + z;
        }

        @Override
        public int compareTo(Point other) {
            return Integer.compare(x, other.x);
        }
    }
}
