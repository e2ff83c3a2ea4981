package java.lang.instrument;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The shape of the JDK's interface of this name as it is from 9 on, of which the agent calls this much. It never goes into the
 * agent's jar, and where it is on a class path the JDK's own comes first.
 */
public interface Instrumentation {

    void addTransformer(ClassFileTransformer transformer, boolean canRetransform);

    boolean removeTransformer(ClassFileTransformer transformer);

    void retransformClasses(Class<?>... classes) throws UnmodifiableClassException;

    boolean isModifiableClass(Class<?> type);

    @SuppressWarnings("rawtypes")
    Class[] getAllLoadedClasses();

    void redefineModule(
            Module module,
            Set<Module> extraReads,
            Map<String, Set<Module>> extraExports,
            Map<String, Set<Module>> extraOpens,
            Set<Class<?>> extraUses,
            Map<Class<?>, List<Class<?>>> extraProvides);
}
