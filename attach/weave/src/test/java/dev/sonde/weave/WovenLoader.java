package dev.sonde.weave;

import java.util.HashMap;
import java.util.Map;

/** Defines the classes it is given itself, before asking its parent. Not the boot loader, so HotSpot verifies them all. */
final class WovenLoader extends ClassLoader {

    private final Map<String, byte[]> classFiles = new HashMap<>();

    WovenLoader(ClassLoader parent) {
        super(parent);
    }

    WovenLoader with(String name, byte[] classFile) {
        classFiles.put(name, classFile);
        return this;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            byte[] classFile = classFiles.remove(name);
            return classFile != null
                    ? defineClass(name, classFile, 0, classFile.length)
                    : super.loadClass(name, resolve);
        }
    }

    /** Loads and links, which verifies, but does not run its initialiser: HotSpot links before it lists constructors. */
    Class<?> link(String name) throws ClassNotFoundException {
        Class<?> loaded = loadClass(name);
        var unused = loaded.getDeclaredConstructors();
        return loaded;
    }
}
