package dev.sonde.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * Names whose values must not leave a target. An entry is a part of a name, in whatever case and with whatever dashes,
 * underscores, dots and blanks: {@code apikey} is in {@code X-Api-Key}. One that begins with {@code =} is a whole word of it:
 * {@code =ssn} is in {@code customerSSN} and {@code ssn_2}, and not in {@code className}.
 */
public final class MaskedNames {

    private static final int LONGEST = 256;

    private final List<String> parts = new ArrayList<>();
    private final List<String> words = new ArrayList<>();

    public MaskedNames(List<String> entries) {
        for (String entry : entries) {
            String plain = plain(entry);
            if (!plain.isEmpty()) {
                (entry.startsWith("=") ? words : parts).add(plain);
            }
        }
    }

    /** Whether what has this name is to be masked. */
    public boolean masks(String name) {
        if (parts.isEmpty() && words.isEmpty()) {
            return false;
        }
        String plain = plain(name);
        for (int i = 0; i < parts.size(); i++) {
            if (plain.contains(parts.get(i))) {
                return true;
            }
        }
        for (int i = 0; i < words.size(); i++) {
            if (plain.contains(words.get(i)) && hasWord(name, words.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** Letters in lower case and digits; what stands between words is left out. */
    private static String plain(String name) {
        int length = Math.min(name.length(), LONGEST);
        StringBuilder plain = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (c != '_' && c != '-' && c != '.' && c != ' ' && c != '=') {
                plain.append(Character.toLowerCase(c));
            }
        }
        return plain.toString();
    }

    /** Words end where letters end, and where a capital follows a small letter or goes before one. */
    private static boolean hasWord(String name, String word) {
        int length = Math.min(name.length(), LONGEST);
        int from = 0;
        for (int i = 1; i <= length; i++) {
            if (i == length || isBreak(name, i, length)) {
                while (from < i && !Character.isLetter(name.charAt(from))) {
                    from++;
                }
                int end = i;
                while (end > from && !Character.isLetter(name.charAt(end - 1))) {
                    end--;
                }
                if (end - from == word.length() && name.regionMatches(true, from, word, 0, word.length())) {
                    return true;
                }
                from = i;
            }
        }
        return false;
    }

    private static boolean isBreak(String name, int at, int length) {
        char before = name.charAt(at - 1);
        char here = name.charAt(at);
        if (!Character.isLetter(here) || !Character.isLetter(before)) {
            return true;
        }
        return Character.isUpperCase(here)
                && (Character.isLowerCase(before) || (at + 1 < length && Character.isLowerCase(name.charAt(at + 1))));
    }
}
