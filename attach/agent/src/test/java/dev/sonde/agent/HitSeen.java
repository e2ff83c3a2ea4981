package dev.sonde.agent;

import dev.sonde.wire.Values;
import dev.sonde.wire.WireReader;
import java.util.ArrayList;
import java.util.List;

/** A hit as it came over the wire, its values as text that a test can compare. */
record HitSeen(
        int probe, int site, int event, long costNanos, String thread, long lost, String self, List<String> values) {

    static HitSeen read(WireReader in) {
        int probe = in.i4();
        int site = in.i4();
        int event = in.u1();
        in.i8();
        long cost = in.i8();
        in.i8();
        String thread = in.string();
        long lost = in.i8();
        int shape = in.u1();
        String self = shape == Values.DEFAULT_SHAPE ? value(in) : "";
        int count = in.i4();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(value(in));
        }
        if (shape == Values.DEFAULT_SHAPE) {
            values.add(value(in));
        }
        return new HitSeen(probe, site, event, cost, thread, lost, self, values);
    }

    private static String simple(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    @SuppressWarnings("StatementSwitchToExpressionSwitch")
    private static String value(WireReader in) {
        int tag = in.u1();
        switch (tag) {
            case Values.ABSENT:
                return "-";
            case Values.NULL:
                return "null";
            case Values.BOOL:
                return String.valueOf(in.bool());
            case Values.LONG:
                return String.valueOf(in.i8());
            case Values.DOUBLE:
                return String.valueOf(in.f8());
            case Values.STRING:
                int length = in.i4();
                String text = in.string();
                return "'" + text + (text.length() < length ? "'+" + (length - text.length()) : "'");
            case Values.ENUM:
                return simple(in.string()) + "." + in.string();
            case Values.LIST: {
                in.string();
                int size = in.i4();
                int count = in.i4();
                List<String> all = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    all.add(value(in));
                }
                return String.join(",", all).transform(s -> "[" + s + "]") + (count < size ? "+" + (size - count) : "");
            }
            case Values.MAP: {
                in.string();
                int size = in.i4();
                int count = in.i4();
                List<String> all = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    all.add(value(in) + "=" + value(in));
                }
                return "{" + String.join(",", all) + "}" + (count < size ? "+" + (size - count) : "");
            }
            case Values.OBJECT: {
                String type = simple(in.string());
                int size = in.i4();
                int count = in.i4();
                List<String> all = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    all.add(in.string() + "=" + value(in));
                }
                return type + "(" + String.join(",", all) + ")" + (count < size ? "+" + (size - count) : "");
            }
            case Values.CUT:
                return "cut " + simple(in.string()) + ": " + in.string();
            case Values.MASKED:
                return "masked " + simple(in.string());
            case Values.ERROR:
                return "error: " + in.string();
            case Values.THROWABLE: {
                String type = simple(in.string());
                String message = value(in);
                int frames = in.i4();
                for (int i = 0; i < frames; i++) {
                    in.string();
                }
                String cause = value(in);
                return type + "(" + message + (frames > 0 ? " at" : "") + ", " + cause + ")";
            }
            default:
                throw new AssertionError("tag " + tag);
        }
    }
}
