package dev.sonde.shell.web;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sonde.commands.output.SafeText;
import dev.sonde.profile.Frame;
import dev.sonde.profile.Profile;
import dev.sonde.profile.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One profile, or two to compare, as a tree of methods from the outermost callers down: what flame graph, icicle and call tree
 * draw. In JSON it is three lists of numbers, which a browser reads fast: of each node its parent, its method and what it costs
 * itself, parents before children.
 */
final class CallTree {

    /** More than a screen has points for; the cheapest subtrees beyond it are left out and counted. */
    private static final int MOST_NODES = 200_000;

    private record Method(String className, String name, String file, String code) {}

    private static final class Node {
        final int method;
        Map<Integer, Node> children = Map.of();
        long self;
        long total;
        long baseSelf;
        long baseTotal;

        Node(int method) {
            this.method = method;
        }

        long weight() {
            return Math.max(total, baseTotal);
        }
    }

    private final boolean compares;
    private final Map<Method, Integer> methods = new LinkedHashMap<>();
    private final Map<Frame, Integer> frames = new HashMap<>();
    private final Node root = new Node(-1);
    private int nodes;

    private CallTree(boolean compares) {
        this.compares = compares;
    }

    static CallTree of(Profile profile, int type) {
        CallTree tree = new CallTree(false);
        profile.samples().forEach(sample -> tree.add(sample, sample.value(type), false));
        return tree;
    }

    /** @param normalised whether to scale the first to the whole of the second */
    static CallTree between(Profile first, Profile second, int type, boolean normalised) {
        CallTree tree = new CallTree(true);
        long before = first.total(type);
        double scale = normalised && before != 0 ? (double) second.total(type) / before : 1;
        first.samples().forEach(sample -> tree.add(sample, Math.round(sample.value(type) * scale), true));
        second.samples().forEach(sample -> tree.add(sample, sample.value(type), false));
        return tree;
    }

    private void add(Sample sample, long value, boolean base) {
        if (value == 0) {
            return;
        }
        List<Frame> stack = sample.stack();
        Node at = root;
        count(at, value, base);
        for (int i = stack.size() - 1; i >= 0; i--) {
            int method = frames.computeIfAbsent(stack.get(i), this::method);
            Node next = at.children.get(method);
            if (next == null) {
                next = new Node(method);
                if (at.children.isEmpty()) {
                    at.children = new HashMap<>(2); // most have one child
                }
                at.children.put(method, next);
                nodes++;
            }
            at = next;
            count(at, value, base);
        }
        if (base) {
            at.baseSelf += value;
        } else {
            at.self += value;
        }
    }

    private static void count(Node node, long value, boolean base) {
        if (base) {
            node.baseTotal += value;
        } else {
            node.total += value;
        }
    }

    private int method(Frame frame) {
        String code =
                switch (frame.code()) {
                    case NATIVE -> "native";
                    case KERNEL -> "kernel";
                    case INTERPRETED, COMPILED, INLINED -> "java";
                };
        return methods.computeIfAbsent(
                new Method(
                        SafeText.of(frame.className()), SafeText.of(frame.method()), SafeText.of(frame.file()), code),
                unused -> methods.size());
    }

    void write(JsonGenerator json) throws IOException {
        json.writeNumberField("total", root.total);
        if (compares) {
            json.writeNumberField("baseTotal", root.baseTotal);
        }
        json.writeArrayFieldStart("methods");
        for (Method method : methods.keySet()) {
            json.writeStartArray();
            json.writeString(method.className);
            json.writeString(method.name);
            json.writeString(method.file);
            json.writeString(method.code);
            json.writeEndArray();
        }
        json.writeEndArray();
        long least = leastWeight();
        List<Node> order = new ArrayList<>();
        List<Integer> parents = new ArrayList<>();
        order.add(root);
        parents.add(-1);
        long left = 0;
        for (int i = 0; i < order.size(); i++) {
            List<Node> children = new ArrayList<>(order.get(i).children.values());
            children.sort(Comparator.comparingLong(child -> -child.weight()));
            for (Node child : children) {
                if (child.weight() < least) {
                    left++;
                } else {
                    order.add(child);
                    parents.add(i);
                }
            }
        }
        json.writeNumberField("leftOut", left);
        numbers(json, "parents", parents.stream().mapToLong(each -> each).toArray());
        numbers(json, "of", order.stream().mapToLong(node -> node.method).toArray());
        numbers(json, "totals", order.stream().mapToLong(node -> node.total).toArray());
        numbers(json, "selfs", order.stream().mapToLong(node -> node.self).toArray());
        if (compares) {
            numbers(
                    json,
                    "baseTotals",
                    order.stream().mapToLong(node -> node.baseTotal).toArray());
            numbers(
                    json,
                    "baseSelfs",
                    order.stream().mapToLong(node -> node.baseSelf).toArray());
        }
    }

    static void numbers(JsonGenerator json, String name, long[] numbers) throws IOException {
        json.writeFieldName(name);
        json.writeArray(numbers, 0, numbers.length);
    }

    /** Below this a node is left out, with what is below it, so that no more remain than allowed. */
    private long leastWeight() {
        if (nodes < MOST_NODES) {
            return Long.MIN_VALUE;
        }
        long[] weights = new long[nodes + 1];
        List<Node> all = new ArrayList<>(List.of(root));
        for (int i = 0; i < all.size(); i++) {
            weights[i] = all.get(i).weight();
            all.addAll(all.get(i).children.values());
        }
        Arrays.sort(weights);
        return weights[weights.length - MOST_NODES] + 1;
    }
}
