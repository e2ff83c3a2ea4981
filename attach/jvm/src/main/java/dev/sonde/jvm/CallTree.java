package dev.sonde.jvm;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The calls below one call of a traced method, equal ones folded. Times are what the application spent: what following the
 * calls cost is subtracted, and said.
 *
 * @param root the traced call
 * @param hooksNanos what our own hooks added to its time, as it was measured in the target; already subtracted
 * @param whole false when methods were met in it that were not followed yet
 * @param error what the traced call threw
 * @param missing tasks that it handed to other threads and that did not end while they were waited for
 * @param unfollowed tasks that there was no room for
 */
public record CallTree(Node root, long hooksNanos, boolean whole, Optional<Value> error, int missing, int unfollowed) {

    /** One that handed nothing to other threads. */
    public CallTree(Node root, long hooksNanos, boolean whole, Optional<Value> error) {
        this(root, hooksNanos, whole, error, 0, 0);
    }

    /**
     * The calls of one method from one place in the tree.
     *
     * @param className the class that declares the method
     * @param method with parameter types: {@code place(Order, int)}
     * @param totalNanos of all calls together, with what they called
     * @param selfNanos of these without what was followed below them
     * @param maxNanos of the longest
     * @param failures calls that ended with an exception
     * @param lost calls right below that were not recorded because the tree was full or as deep as it may be; their time is in
     *     {@code selfNanos}
     * @param waitNanos of work handed to another thread: how long it waited there before it began
     * @param thread that did it, where that is another than its caller's
     * @param unfollowed what it calls is not followed: it is as deep as was asked for, or was met only now
     */
    public record Node(
            String className,
            String method,
            long calls,
            long totalNanos,
            long selfNanos,
            long maxNanos,
            long failures,
            long lost,
            OptionalLong waitNanos,
            Optional<String> thread,
            boolean unfollowed,
            List<Node> children) {

        public Node {
            children = List.copyOf(children);
        }
    }
}
