package java.lang;

import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The shape of the JDK's class of this name, which came with 9, so that {@code dev.sonde.agent.Stacks} and {@code LiveFrames} can
 * be compiled against it. It never goes into the agent's jar, and where it is on a class path the JDK's own comes first.
 */
public final class StackWalker {

    private StackWalker() {}

    public static native StackWalker getInstance();

    public static native StackWalker getInstance(Option option);

    public native <T> T walk(Function<? super Stream<StackFrame>, ? extends T> function);

    /** The shape of what is asked of it. */
    public enum Option {
        RETAIN_CLASS_REFERENCE,
        SHOW_HIDDEN_FRAMES,
        SHOW_REFLECT_FRAMES
    }

    /** The shape of one frame. */
    public interface StackFrame {

        String getClassName();

        String getMethodName();

        Class<?> getDeclaringClass();

        int getByteCodeIndex();

        @Nullable
        String getFileName();

        int getLineNumber();

        boolean isNativeMethod();
    }
}
