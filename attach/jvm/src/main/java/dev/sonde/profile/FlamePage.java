package dev.sonde.profile;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import one.convert.Arguments;
import one.convert.CallStack;
import one.convert.FlameGraph;

/** A profile as async-profiler's flame graph: one HTML file that needs no other. */
final class FlamePage {

    private FlamePage() {}

    /** @param type the index of the value that is drawn */
    static void write(Profile profile, int type, OutputStream out) throws IOException {
        Description about = profile.description();
        Arguments arguments = new Arguments();
        arguments.title = markup(about.kind() + (about.targetName().isEmpty() ? "" : " of " + about.targetName()) + ", "
                + about.types().get(type).name());
        FlameGraph graph = new FlameGraph(arguments);
        for (Sample sample : profile.samples()) {
            CallStack calls = new CallStack();
            List<Frame> stack = sample.stack();
            for (int i = stack.size() - 1; i >= 0; i--) {
                calls.push(text(stack.get(i).name()), code(stack.get(i).code()));
            }
            graph.addSample(calls, sample.value(type));
        }
        PrintStream page = new PrintStream(out, false, StandardCharsets.UTF_8); // dump(OutputStream) would close it
        graph.dump(page);
        if (page.checkError()) {
            throw new IOException("the page could not be written to its end");
        }
    }

    private static byte code(Frame.Code code) {
        return switch (code) {
            case INTERPRETED -> one.convert.Frame.TYPE_INTERPRETED;
            case COMPILED -> one.convert.Frame.TYPE_JIT_COMPILED;
            case INLINED -> one.convert.Frame.TYPE_INLINED;
            case NATIVE -> one.convert.Frame.TYPE_NATIVE;
            case KERNEL -> one.convert.Frame.TYPE_KERNEL;
        };
    }

    /** A name stands in a script, whose quotes the page minds; what would end the script or the line is ours to mind. */
    private static String text(String untrusted) {
        return untrusted.replaceAll("[\\p{Cntrl}\u2028\u2029]", " ").replaceAll("<(?=[/!sS])", "< ");
    }

    private static String markup(String untrusted) {
        return untrusted
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replaceAll("\\p{Cntrl}", " ");
    }
}
