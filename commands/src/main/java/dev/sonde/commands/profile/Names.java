package dev.sonde.commands.profile;

import dev.sonde.commands.output.SafeText;

/** Names of methods in the room that there is. */
final class Names {

    private Names() {}

    /** {@code com.shop.OrderService.place} as it is, or as {@code c.s.OrderService.place}, or as {@code …rvice.place}. */
    static String fitting(String untrusted, int room) {
        String name = SafeText.of(untrusted);
        if (name.length() <= room) {
            return name;
        }
        int blank = name.indexOf(' ');
        String method = blank < 0 ? name : name.substring(0, blank);
        String rest = blank < 0 ? "" : name.substring(blank);
        StringBuilder shorter = new StringBuilder();
        String[] parts = method.split("\\.", -1);
        int left = name.length() - room;
        for (int i = 0; i < parts.length; i++) {
            boolean isPackage = i < parts.length - 2 && !parts[i].isEmpty();
            boolean cut = isPackage && left > 0;
            shorter.append(i == 0 ? "" : ".").append(cut ? parts[i].substring(0, 1) : parts[i]);
            left -= cut ? parts[i].length() - 1 : 0;
        }
        String shortened = shorter + rest;
        return shortened.length() <= room || room < 12
                ? shortened
                : "…" + shortened.substring(shortened.length() - room + 1);
    }
}
