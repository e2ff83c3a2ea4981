package dev.sonde.agent;

import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.util.Optional;

/**
 * Where a class comes from. A URL's own {@code toString} asks its handler, which may be the application's: it is put together
 * from what the URL holds.
 */
final class Origins {

    private Origins() {}

    /** The location of its code source; empty when there is none, or when it may not be seen. */
    static String location(Class<?> type) {
        try {
            ProtectionDomain domain = type.getProtectionDomain();
            CodeSource source = domain == null ? null : domain.getCodeSource();
            URL url = source == null ? null : source.getLocation();
            if (url == null) {
                return "";
            }
            String authority = url.getAuthority();
            return url.getProtocol() + ":"
                    + (authority == null || authority.isEmpty() ? "" : "//" + authority)
                    + url.getPath();
        } catch (RuntimeException hidden) {
            return ""; // a security manager, or a domain of the application's own making
        }
    }

    /** Its named module with its version. */
    static String module(Class<?> type) {
        ModuleDescriptor module =
                Agent.FEATURE < 9 ? null : Memory9.moduleOf(type).getDescriptor();
        if (module == null) {
            return "";
        }
        Optional<String> version = module.rawVersion();
        return version.isPresent() ? module.name() + "@" + version.get() : module.name();
    }
}
