package dev.slipway.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// The rules between modules that the compiler cannot hold: who may use whom, and who may do what.
class ArchitectureTest {
    /// Module → the modules it may use. The build files are held to the same table by the compiler.
    private static final Map<String, Set<String>> MAY_USE =
            Map.of(
                    "linux", Set.of(),
                    "image", Set.of("linux"),
                    "dockerfile", Set.of(),
                    "container", Set.of("image", "linux"),
                    "distribution", Set.of("image", "linux"),
                    "build", Set.of("dockerfile", "image", "container", "distribution", "linux"),
                    "base", Set.of("image", "container", "linux"),
                    "lint", Set.of("dockerfile", "image"),
                    "pipeline", Set.of("image"),
                    "cli",
                            Set.of(
                                    "linux",
                                    "image",
                                    "dockerfile",
                                    "container",
                                    "distribution",
                                    "build",
                                    "base",
                                    "lint",
                                    "pipeline"));

    /// Packages below a module's own that are doors of their own.
    private static final Set<String> DOORS =
            Set.of(
                    "dev.slipway.image.compress",
                    "dev.slipway.image.tar",
                    "dev.slipway.build.bake",
                    "dev.slipway.distribution.storage",
                    "dev.slipway.build.record",
                    "dev.slipway.lint.output");

    private static final ImportOption NO_TESTS =
            location -> !location.contains("/test-classes/") && !location.contains("/fast/test/");
    private static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(NO_TESTS).importPackages("dev.slipway");

    private static boolean isDoor(JavaClass used, String module) {
        String name = used.getPackageName();
        return name.equals("dev.slipway." + module) || DOORS.contains(name);
    }

    private static String moduleOf(JavaClass type) {
        String name = type.getPackageName();
        String prefix = "dev.slipway.";
        if (!name.startsWith(prefix)) {
            return "";
        }
        int end = name.indexOf('.', prefix.length());
        return name.substring(prefix.length(), end < 0 ? name.length() : end);
    }

    private static Set<String> modules() {
        return MAY_USE.keySet();
    }

    @Test
    void table_knowsEveryModule() {
        assertThat(CLASSES.stream().map(ArchitectureTest::moduleOf).distinct())
                .isSubsetOf(MAY_USE.keySet())
                .contains("cli", "linux", "image", "build");
    }

    @ParameterizedTest
    @MethodSource("modules")
    void module_usesOnlyWhatTheTableAllows(String module) {
        Set<String> allowed = MAY_USE.getOrDefault(module, Set.of());
        classes()
                .that()
                .resideInAPackage("dev.slipway." + module + "..")
                .should()
                .onlyDependOnClassesThat(
                        describe(
                                "are of " + module + " or of " + allowed,
                                (JavaClass used) -> {
                                    String of = moduleOf(used);
                                    return of.isEmpty()
                                            || of.equals(module)
                                            || allowed.contains(of);
                                }))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void module_isUsedThroughItsDoors(String module) {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.slipway." + module + "..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("dev.slipway." + module + "..")
                                .and(
                                        describe(
                                                "are in a package below the module's own",
                                                (JavaClass used) -> !isDoor(used, module))))
                .because("packages below a module's own are its inside")
                .check(CLASSES);
    }

    @Test
    void nativeCalls_onlyInLinux() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.slipway.linux..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .because("dev.slipway.linux has the typed call, or should get it")
                .check(CLASSES);
    }

    @Test
    void processEnd_onlyWhereTheCommandEnds() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.slipway.cli.ProcessConsole")
                .and()
                .resideOutsideOfPackage("dev.slipway.linux..")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .orShould()
                .callMethod("dev.slipway.linux.Host", "exit", "int")
                .because("a library that ends the process takes its caller's work along")
                .check(CLASSES);
    }

    @Test
    void startUp_doesWithoutSlowParts() {
        List<String> slow =
                List.of(
                        "java.util.regex..",
                        "java.util.stream..",
                        "java.util.logging..",
                        "java.lang.reflect..");
        noClasses()
                .that()
                .resideInAPackage("dev.slipway.cli.options..")
                .or()
                .haveFullyQualifiedName("dev.slipway.cli.Main")
                .or()
                .haveFullyQualifiedName("dev.slipway.cli.Commands")
                .or()
                .haveFullyQualifiedName("dev.slipway.cli.Session")
                .or()
                .haveFullyQualifiedName("dev.slipway.cli.VersionCommand")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(slow.toArray(String[]::new))
                .because("every command pays for what these classes load")
                .check(CLASSES);
    }
}
