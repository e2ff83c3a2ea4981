package dev.sonde.commands.threads;

import dev.sonde.commands.output.Humane;
import dev.sonde.jvm.ThreadReport.JvmThread;
import java.util.List;

/** Names of threads: matching them, and shortening a list of them. */
public final class ThreadName {

    private ThreadName() {}

    /** Whether {@code typed} is the thread's id, or a glob that its name fits. */
    static boolean fits(String typed, JvmThread thread) {
        if (typed.matches("#?\\d{1,18}")) {
            long id = Long.parseLong(typed.startsWith("#") ? typed.substring(1) : typed);
            return thread.id().isPresent() && thread.id().getAsLong() == id;
        }
        return matches(typed, thread.name());
    }

    /** {@code *} stands for any characters, {@code ?} for one. Linear, whatever the glob. */
    public static boolean matches(String glob, String name) {
        int g = 0;
        int n = 0;
        int star = -1;
        int resume = 0;
        while (n < name.length()) {
            if (g < glob.length() && glob.charAt(g) == '*') {
                star = g++;
                resume = n;
            } else if (g < glob.length() && (glob.charAt(g) == '?' || glob.charAt(g) == name.charAt(n))) {
                g++;
                n++;
            } else if (star >= 0) {
                g = star + 1;
                n = ++resume;
            } else {
                return false;
            }
        }
        while (g < glob.length() && glob.charAt(g) == '*') {
            g++;
        }
        return g == glob.length();
    }

    /** {@code a, b, c and 12 more} of so many; nothing where they have no names. */
    static String some(List<String> names, int count) {
        int shown = Math.min(3, names.size());
        String some = String.join(", ", names.subList(0, shown));
        return shown > 0 && count > shown ? some + " and " + Humane.count(count - shown) + " more" : some;
    }
}
