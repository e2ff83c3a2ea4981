package dev.sonde.agent;

import java.lang.reflect.Method;
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

    /** Its named module with its version; by reflection, because modules came with 9. */
    static String module(Class<?> type) {
        if (Agent.FEATURE < 9) {
            return "";
        }
        try {
            Object module = Class.class.getMethod("getModule").invoke(type);
            Object descriptor = call(module, "java.lang.Module", "getDescriptor");
            if (descriptor == null) {
                return "";
            }
            String name = String.valueOf(call(descriptor, "java.lang.module.ModuleDescriptor", "name"));
            Object version = call(descriptor, "java.lang.module.ModuleDescriptor", "rawVersion");
            return version instanceof Optional && ((Optional<?>) version).isPresent()
                    ? name + "@" + ((Optional<?>) version).get()
                    : name;
        } catch (ReflectiveOperationException | RuntimeException unknown) {
            return "";
        }
    }

    private static Object call(Object on, String owner, String name) throws ReflectiveOperationException {
        Method method = Class.forName(owner).getMethod(name);
        return method.invoke(on);
    }
}
