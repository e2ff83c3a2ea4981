package dev.sonde.shell;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What may know what. The poms say which modules a module may depend on; here is what they cannot say: which packages of the
 * JDK and of the libraries. It reads the class files of all modules.
 */
final class ArchitectureTest {

    private static final List<String> MODULES =
            List.of("attach/wire", "attach/agent", "attach/weave", "attach/jvm", "commands", "shell");

    private static final JavaClasses SONDE = new ClassFileImporter()
            .importPaths(MODULES.stream()
                    .map(ArchitectureTest::classFiles)
                    .filter(Files::isDirectory)
                    .toList());

    /** What goes into a target. The spy is of {@code java.*} because every class loader finds that. */
    private static final Set<String> IN_TARGET = Set.of("dev.sonde.wire", "dev.sonde.agent", "java.sonde");

    private static Path classFiles(String module) {
        return Path.of("..", module, "target", "classes");
    }

    @Test
    void every_module_was_read() {
        for (String module : MODULES) {
            classes()
                    .that()
                    .resideInAPackage("dev.sonde." + Path.of(module).getFileName() + "..")
                    .should()
                    .resideInAPackage("dev.sonde..")
                    .check(SONDE);
        }
    }

    @Test
    void what_goes_over_the_wire_needs_java_base_alone() {
        classes()
                .that()
                .resideInAPackage("dev.sonde.wire..")
                .should(useOnlyModules("java.base"))
                .check(SONDE);
    }

    /**
     * {@code java.instrument} is how an agent is let in; without it there is none. {@code Memory8} is loaded on Java 8 only,
     * which has no modules. {@code Guard} is loaded with the first breakpoint, and does without {@code java.management} where a
     * JVM has none.
     */
    @Test
    void the_agent_needs_java_base_and_java_instrument_alone() {
        classes()
                .that()
                .resideInAPackage("dev.sonde.agent..")
                .and()
                .doNotHaveSimpleName("Memory8")
                .and()
                .doNotHaveSimpleName("Guard")
                .should(useOnlyModules("java.base", "java.instrument"))
                .check(SONDE);
    }

    /**
     * A million virtual threads would have a million of them. It may look into those of the application, in memory: to call one
     * of their methods would make an entry, or run code of the application.
     */
    @Test
    void the_agent_keeps_nothing_per_thread() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.sonde.agent..", "dev.sonde.wire..")
                .should()
                .beAssignableTo(ThreadLocal.class)
                .orShould()
                .accessTargetWhere(
                        JavaAccess.Predicates.targetOwner(JavaClass.Predicates.assignableTo(ThreadLocal.class)))
                .check(SONDE);
        noFields()
                .that()
                .areDeclaredInClassesThat()
                .resideInAnyPackage("dev.sonde.agent..", "dev.sonde.wire..")
                .should()
                .haveRawType(JavaClass.Predicates.assignableTo(ThreadLocal.class))
                .check(SONDE);
    }

    /** Bytes in, bytes out: it may hold bytes in streams of the heap, and meet an IOException that they declare. */
    @Test
    void weaving_does_no_input_and_output() {
        DescribedPredicate<JavaClass> inMemory = DescribedPredicate.describe("in memory", type -> Set.of(
                        "java.io.IOException",
                        "java.io.UncheckedIOException",
                        "java.io.Serializable",
                        "java.io.InputStream",
                        "java.io.ByteArrayInputStream",
                        "java.io.ByteArrayOutputStream",
                        "java.io.DataInputStream",
                        "java.io.DataOutputStream",
                        "java.io.StringWriter",
                        "java.io.PrintWriter")
                .contains(type.getName()));
        noClasses()
                .that()
                .resideInAPackage("dev.sonde.weave..")
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAnyPackage(
                                "java.io..", "java.net..", "java.nio.file..", "java.nio.channels..")
                        .and(DescribedPredicate.not(inMemory)))
                .check(SONDE);
    }

    /** Its classes stand on the bastion's class path only to be packed into the jar that a target loads. */
    @Test
    void nobody_calls_the_agent() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.sonde.agent..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sonde.agent..")
                .check(SONDE);
    }

    @Test
    void modules_know_each_other_one_way() {
        slices().matching("dev.sonde.(*)..").should().beFreeOfCycles().check(SONDE);
    }

    /** A command hands rows to an Output; who reads them is not its business. */
    @Test
    void nothing_below_the_shell_prints() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.sonde.shell..")
                .should(ACCESS_STANDARD_STREAMS)
                .check(SONDE);
    }

    @Test
    void only_the_shell_knows_ssh_and_terminals() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.sonde.shell..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.sshd..", "org.jline..", "org.bouncycastle..")
                .check(SONDE);
    }

    @Test
    void only_weave_knows_byte_code_and_the_expression_library() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.sonde.weave..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.objectweb.asm..", "dev.cel..")
                .check(SONDE);
    }

    /** A profile is what was sampled, whoever sampled it: it knows no target, no command and no session. */
    @Test
    void profiles_know_nobody() {
        noClasses()
                .that()
                .resideInAPackage("dev.sonde.profile..")
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("dev.sonde..")
                        .and(DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("dev.sonde.profile.."))))
                .check(SONDE);
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.sonde.profile..", "dev.sonde.timeline..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("one.jfr..", "jdk.jfr..")
                .check(SONDE);
    }

    @Test
    void no_class_has_a_name_that_says_nothing() {
        noClasses()
                .should()
                .haveNameMatching(".*(Utils?|Helpers?|Manager|Impl)$")
                .check(SONDE);
    }

    /** Annotations do not count: a JVM that lacks their classes leaves them out. */
    private static ArchCondition<JavaClass> useOnlyModules(String... names) {
        Set<String> allowed = Set.of(names);
        Set<String> packages = ModuleLayer.boot().modules().stream()
                .filter(module -> allowed.contains(module.getName()))
                .flatMap(module -> module.getPackages().stream())
                .collect(Collectors.toSet());
        return new ArchCondition<>("use only " + allowed) {
            @Override
            public void check(JavaClass user, ConditionEvents events) {
                for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
                    JavaClass used = dependency.getTargetClass().getBaseComponentType();
                    if (!used.isPrimitive()
                            && !used.isAnnotation()
                            && !packages.contains(used.getPackageName())
                            && !IN_TARGET.contains(used.getPackageName())) {
                        events.add(SimpleConditionEvent.violated(user, dependency.getDescription()));
                    }
                }
            }
        };
    }
}
