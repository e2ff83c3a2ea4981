package dev.sonde.shell;

import dev.sonde.commands.Grant;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.jspecify.annotations.Nullable;

/**
 * The keys that may come in: {@code authorized_keys} in OpenSSH's format, read anew when the file has changed. Ours are the
 * options {@code grant="observe|instrument|suspend|mutate"}, {@code targets="glob,…"} and {@code login="name"}; of
 * OpenSSH's, {@code from}, {@code expiry-time}, {@code command}, {@code restrict}, {@code pty} and {@code no-pty} do what
 * they say, and those that forbid what nobody gets here are accepted. A line with any other option lets nobody in: what
 * it was meant to forbid is not known.
 */
final class AuthorizedKeys {

    private static final Pattern KEY_TYPE = Pattern.compile("(sk-)?(ssh|ecdsa)-[a-z0-9@.-]+");
    private static final long MAX_BYTES = 4L << 20;

    /** Options of OpenSSH about what nobody gets here: nothing to do, and nothing lost. */
    private static final List<String> MOOT = List.of(
            "no-agent-forwarding",
            "no-x11-forwarding",
            "no-user-rc",
            "agent-forwarding",
            "x11-forwarding",
            "user-rc",
            "permitopen",
            "permitlisten");

    /** One line that lets somebody in. */
    private record Entry(Login login, Optional<Sources> from, Optional<Instant> expires) {}

    private record Stamp(long size, long modified, Object key) {}

    private final Path file;
    private final Consumer<String> notices;
    private @Nullable Stamp stamp;
    private Map<String, Entry> entries = Map.of();

    AuthorizedKeys(Path file, Consumer<String> notices) {
        this.file = file;
        this.notices = notices;
    }

    /** How many keys may come in now. */
    synchronized int count() {
        refresh();
        return entries.size();
    }

    /** The login of a key, if it is listed, has not run out and comes from where it may. */
    synchronized Optional<Login> find(PublicKey key, SocketAddress source) {
        return find(encoded(key), source);
    }

    /** As above, by the key's encoded form. */
    synchronized Optional<Login> find(String encodedKey, SocketAddress source) {
        refresh();
        Entry entry = entries.get(encodedKey);
        if (entry == null
                || entry.expires.filter(end -> Instant.now().isAfter(end)).isPresent()
                || entry.from.filter(from -> !from.allow(source)).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(entry.login);
    }

    /**
     * The login of a key for what it has the server do while nobody is connected: it must be listed and not have run out. Where
     * it may come from was asked when it came.
     *
     * @param fingerprint {@code SHA256:…}
     */
    synchronized Optional<Login> listed(String fingerprint) {
        refresh();
        return entries.values().stream()
                .filter(entry -> entry.login.fingerprint().equals(fingerprint))
                .filter(entry ->
                        entry.expires.filter(end -> Instant.now().isAfter(end)).isEmpty())
                .map(Entry::login)
                .findFirst();
    }

    /** A key as one string that no other key has. */
    static String encoded(PublicKey key) {
        return PublicKeyEntry.toString(key);
    }

    private void refresh() {
        Stamp now;
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Object inode = attributes.fileKey();
            now = new Stamp(
                    attributes.size(),
                    attributes.lastModifiedTime().toMillis(),
                    inode == null ? attributes.creationTime() : inode);
        } catch (NoSuchFileException e) {
            now = new Stamp(-1, -1, "");
        } catch (IOException e) {
            entries = Map.of();
            stamp = null;
            notices.accept(file + ": cannot be read, so nobody is let in: " + e.getMessage());
            return;
        }
        if (now.equals(stamp)) {
            return;
        }
        stamp = now;
        entries = Map.of();
        if (now.size < 0) {
            return;
        }
        try {
            if (!Home.onlyWeMayWrite(file)) {
                notices.accept(file + ": can be written by others, so nobody is let in; chmod 600 " + file);
            } else if (now.size > MAX_BYTES) {
                notices.accept(file + ": is larger than " + (MAX_BYTES >> 20) + " MiB, so nobody is let in");
            } else {
                entries = read(Files.readString(file, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            notices.accept(file + ": cannot be read, so nobody is let in: " + e.getMessage());
        }
    }

    private Map<String, Entry> read(String text) {
        Map<String, Entry> read = new HashMap<>();
        int number = 0;
        for (String line : text.split("\\R", -1)) {
            number++;
            String stripped = line.strip();
            if (stripped.isEmpty() || stripped.startsWith("#")) {
                continue;
            }
            try {
                readLine(stripped, read);
            } catch (IllegalArgumentException | IOException | GeneralSecurityException e) {
                notices.accept(file + ":" + number + ": this line lets nobody in: " + e.getMessage());
            }
        }
        return Map.copyOf(read);
    }

    private static void readLine(String line, Map<String, Entry> into) throws IOException, GeneralSecurityException {
        String rest = line;
        Map<String, Optional<String>> options = new LinkedHashMap<>();
        if (!KEY_TYPE.matcher(firstWord(rest)).matches()) {
            int end = endOfOptions(rest);
            options = options(rest.substring(0, end));
            rest = rest.substring(end).strip();
        }
        String[] parts = rest.split("\\s+", 3);
        if (parts.length < 2 || !KEY_TYPE.matcher(parts[0]).matches()) {
            throw new IllegalArgumentException("expected [options] type key [comment], as in a .pub file");
        }
        PublicKey key = PublicKeyEntry.parsePublicKeyEntry(parts[0] + " " + parts[1])
                .resolvePublicKey(null, Map.of(), PublicKeyEntryResolver.FAILING);
        String fingerprint = KeyUtils.getFingerPrint(key);
        String comment = parts.length > 2 ? parts[2].strip() : "";
        Entry entry = entry(options, comment, fingerprint == null ? "?" : fingerprint);
        if (into.putIfAbsent(encoded(key), entry) != null) {
            throw new IllegalArgumentException("the same key stands further up, and that line holds");
        }
    }

    private static Entry entry(Map<String, Optional<String>> options, String comment, String fingerprint) {
        Grant grant = Grant.OBSERVE;
        List<String> targets = List.of("*");
        String name = nameFrom(comment, fingerprint);
        boolean terminal = !options.containsKey("restrict") || options.containsKey("pty");
        boolean pages = !options.containsKey("restrict") || options.containsKey("port-forwarding");
        Optional<String> forced = Optional.empty();
        Optional<Sources> from = Optional.empty();
        Optional<Instant> expires = Optional.empty();
        for (Map.Entry<String, Optional<String>> option : options.entrySet()) {
            String key = option.getKey();
            switch (key) {
                case "grant" -> grant = grant(value(option));
                case "targets" -> targets = globs(value(option));
                case "login" -> name = loginName(value(option));
                case "command" -> {
                    forced = Optional.of(value(option));
                    pages = false;
                }
                case "from" -> from = Optional.of(Sources.parse(value(option)));
                case "expiry-time" -> expires = Optional.of(time(value(option)));
                case "no-pty" -> terminal = false;
                case "no-port-forwarding" -> pages = false;
                case "pty", "restrict", "port-forwarding" -> {}
                case "cert-authority" ->
                    throw new IllegalArgumentException(
                            "cert-authority: certificates are not supported; list the keys themselves");
                default -> {
                    if (!MOOT.contains(key)) {
                        throw new IllegalArgumentException(
                                "unknown option '" + key
                                        + "'; grant, targets, login, command, from, expiry-time, restrict, pty, no-pty are known");
                    }
                }
            }
        }
        return new Entry(new Login(name, fingerprint, grant, targets, terminal, pages, forced), from, expires);
    }

    private static String value(Map.Entry<String, Optional<String>> option) {
        return option.getValue()
                .orElseThrow(() -> new IllegalArgumentException(
                        option.getKey() + ": expected a value, as in " + option.getKey() + "=\"…\""));
    }

    private static Grant grant(String text) {
        for (Grant grant : Grant.values()) {
            if (grant.name().toLowerCase(Locale.ROOT).equals(text)) {
                return grant;
            }
        }
        throw new IllegalArgumentException("grant: '" + text + "' is none of observe, instrument, suspend, mutate");
    }

    private static List<String> globs(String text) {
        List<String> globs = new ArrayList<>();
        for (String glob : text.split(",", -1)) {
            if (!glob.isBlank()) {
                globs.add(glob.strip());
            }
        }
        if (globs.isEmpty()) {
            throw new IllegalArgumentException(
                    "targets: expected globs over pids and names, such as \"orders*,billing\"");
        }
        return globs;
    }

    private static String loginName(String text) {
        if (!Login.isName(text)) {
            throw new IllegalArgumentException(
                    "login: '" + text + "' is not a name of up to 64 letters, digits and ._@+-");
        }
        return text;
    }

    /** The comment, such as {@code alice@laptop}, with what a file name or a prompt could not bear replaced. */
    private static String nameFrom(String comment, String fingerprint) {
        String cleaned = comment.replaceAll("[^A-Za-z0-9_.@+-]", "-");
        cleaned = cleaned.replaceFirst("^[^A-Za-z0-9_]+", "");
        cleaned = cleaned.substring(0, Math.min(64, cleaned.length()));
        if (Login.isName(cleaned)) {
            return cleaned;
        }
        String hash = fingerprint.replaceFirst("^SHA256:", "").replaceAll("[^A-Za-z0-9]", "");
        return "key-" + hash.substring(0, Math.min(8, hash.length()));
    }

    /** OpenSSH's {@code YYYYMMDD[HHMM[SS]][Z]}, in the server's zone unless it ends in Z. */
    private static Instant time(String text) {
        ZoneId zone = ZoneId.systemDefault();
        String digits = text;
        if (text.endsWith("Z")) {
            zone = ZoneOffset.UTC;
            digits = text.substring(0, text.length() - 1);
        }
        try {
            if (digits.matches("\\d{8}|\\d{12}|\\d{14}")) {
                String whole = digits + "00000000000000".substring(digits.length());
                return LocalDateTime.parse(whole, DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT))
                        .atZone(zone)
                        .toInstant();
            }
        } catch (DateTimeException e) {
            // said below
        }
        throw new IllegalArgumentException("expiry-time: '" + text + "' is not YYYYMMDD[HHMM[SS]][Z]");
    }

    private static String firstWord(String text) {
        return text.split("\\s", 2)[0];
    }

    /** The first blank outside quotes. */
    private static int endOfOptions(String text) {
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == ' ' || c == '\t')) {
                return i;
            }
        }
        if (quoted) {
            throw new IllegalArgumentException("a quote is not closed");
        }
        return text.length();
    }

    private static Map<String, Optional<String>> options(String text) {
        Map<String, Optional<String>> options = new LinkedHashMap<>();
        int at = 0;
        while (at < text.length()) {
            int end = at;
            while (end < text.length() && text.charAt(end) != ',' && text.charAt(end) != '=') {
                end++;
            }
            String name = text.substring(at, end).toLowerCase(Locale.ROOT);
            Optional<String> value = Optional.empty();
            at = end;
            if (at < text.length() && text.charAt(at) == '=') {
                StringBuilder quoted = new StringBuilder();
                at = quotedValue(name, text, at + 1, quoted);
                value = Optional.of(quoted.toString());
            }
            if (name.isEmpty() || options.put(name, value) != null) {
                throw new IllegalArgumentException(
                        name.isEmpty() ? "an option has no name" : "the option " + name + " stands twice");
            }
            if (at < text.length() && text.charAt(at) != ',') {
                throw new IllegalArgumentException("a comma is missing after the option " + name);
            }
            at++;
        }
        return options;
    }

    private static int quotedValue(String name, String text, int from, StringBuilder value) {
        if (from >= text.length() || text.charAt(from) != '"') {
            throw new IllegalArgumentException("the value of " + name + " must stand in quotes");
        }
        for (int i = from + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                value.append('"');
                i++;
            } else if (c == '"') {
                return i + 1;
            } else {
                value.append(c);
            }
        }
        throw new IllegalArgumentException("the quote of " + name + " is not closed");
    }

    /** The addresses of {@code from="…"}: addresses, CIDR ranges and globs; one with {@code !} in front forbids. */
    private record Sources(List<String> patterns) {

        static Sources parse(String text) {
            List<String> patterns = new ArrayList<>();
            for (String pattern : text.split(",", -1)) {
                String bare = pattern.strip().replaceFirst("^!", "");
                if (!bare.matches("[0-9A-Fa-f:.*?/]+")) {
                    throw new IllegalArgumentException("from: '" + bare
                            + "' is no address, range or glob over addresses; host names are not looked up");
                }
                if (bare.contains("/") && !bare.matches("[0-9A-Fa-f:.]+/\\d{1,3}")) {
                    throw new IllegalArgumentException("from: '" + bare + "' is not a range such as 10.0.0.0/8");
                }
                patterns.add(pattern.strip());
            }
            return new Sources(List.copyOf(patterns));
        }

        boolean allow(SocketAddress source) {
            if (!(source instanceof InetSocketAddress inet) || inet.getAddress() == null) {
                return false;
            }
            boolean allowed = false;
            for (String pattern : patterns) {
                boolean forbids = pattern.startsWith("!");
                if (matches(forbids ? pattern.substring(1) : pattern, inet.getAddress())) {
                    if (forbids) {
                        return false;
                    }
                    allowed = true;
                }
            }
            return allowed;
        }

        private static boolean matches(String pattern, InetAddress address) {
            int slash = pattern.indexOf('/');
            try {
                if (slash < 0 && pattern.indexOf('*') < 0 && pattern.indexOf('?') < 0) {
                    return InetAddress.getByName(pattern).equals(address);
                }
                if (slash > 0) {
                    byte[] range =
                            InetAddress.getByName(pattern.substring(0, slash)).getAddress();
                    return inRange(range, Integer.parseInt(pattern.substring(slash + 1)), address.getAddress());
                }
            } catch (IOException | NumberFormatException e) {
                return false; // an address that is none matches nobody
            }
            String regex = pattern.replace(".", "\\.").replace("*", ".*").replace("?", ".");
            return address.getHostAddress().matches(regex);
        }

        private static boolean inRange(byte[] range, int bits, byte[] address) {
            if (range.length != address.length || bits > range.length * 8) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((range[bit / 8] & mask) != (address[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
