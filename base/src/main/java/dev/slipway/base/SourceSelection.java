package dev.slipway.base;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Decides which repositories a definition takes its packages from: its own, or those of this
/// machine's that are its distribution's.
final class SourceSelection {
    private static final Set<String> COMPONENTS =
            Set.of(
                    "main",
                    "contrib",
                    "non-free",
                    "non-free-firmware",
                    "universe",
                    "restricted",
                    "multiverse");
    private static final Set<String> ALIASES =
            Set.of("stable", "oldstable", "oldoldstable", "testing", "unstable", "sid");

    private SourceSelection() {}

    static List<AptSource> select(BaseDefinition definition, Machine machine)
            throws IOException, BaseException {
        if (!definition.sources().isEmpty()) {
            return ofDefinition(definition);
        }
        var suite = definition.suite();
        var codename = machine.codename();
        var wanted = suite == null ? codename : suite;
        if (wanted == null) {
            throw new BaseException(
                    "this machine is no Debian or Ubuntu, so there is no release to go by",
                    "name one: 'suite: bookworm'");
        }
        var configured = distributionSources(machine, definition.architecture());
        var chosen = ofSuite(configured, wanted);
        if (chosen.isEmpty() && suite == null) {
            chosen = aliases(configured);
        }
        if (chosen.isEmpty() && codename != null) {
            chosen = renamed(configured, codename, wanted);
        }
        if (!chosen.isEmpty()) {
            return chosen;
        }
        return machine.isUbuntu()
                ? ubuntu(wanted, definition.architecture())
                : debian(wanted);
    }

    private static List<AptSource> ofDefinition(BaseDefinition definition) {
        var sources = new ArrayList<AptSource>();
        for (var source : definition.sources()) {
            for (var suite : source.suites()) {
                sources.add(
                        new AptSource(
                                source.uri().replaceFirst("/+$", ""),
                                suite,
                                suite.endsWith("/") ? List.of() : source.components(),
                                List.of(),
                                AptSources.signedByField(source.signedBy()),
                                source.trusted(),
                                source.checkValidUntil(),
                                "line " + source.line()));
            }
        }
        return sources;
    }

    /// Those that can be the distribution's by the components they name. Vendors call theirs
    /// `stable` and the like; what claims more is found out by its signed `Origin`.
    private static List<AptSource> distributionSources(Machine machine, String architecture)
            throws IOException, BaseException {
        boolean frozen = !AptSettings.ofMachine(machine.etcApt()).checkValidUntil();
        var sources = new ArrayList<AptSource>();
        for (var source : AptSources.ofMachine(machine.etcApt())) {
            var components = source.components().stream().filter(COMPONENTS::contains).toList();
            if (!components.isEmpty() && !source.isFlat() && source.serves(architecture)) {
                var plain = source.withComponents(components);
                sources.add(frozen ? plain.withoutValidUntil() : plain);
            }
        }
        return sources;
    }

    private static List<AptSource> ofSuite(List<AptSource> sources, String suite) {
        return sources.stream().filter(source -> isOf(source.suite(), suite)).toList();
    }

    /// The suite itself, its updates and its security fixes, but no backports or candidates.
    private static boolean isOf(String name, String suite) {
        return name.equals(suite)
                || name.equals(suite + "-updates")
                || name.equals(suite + "-security")
                || name.equals(suite + "/updates");
    }

    private static List<AptSource> aliases(List<AptSource> sources) {
        return sources.stream()
                .filter(source -> ALIASES.stream().anyMatch(alias -> isOf(source.suite(), alias)))
                .toList();
    }

    /// This machine's mirror has other releases as well: the same entries, for another suite.
    private static List<AptSource> renamed(
            List<AptSource> sources, String codename, String wanted) {
        var renamed = new ArrayList<AptSource>();
        for (var source : ofSuite(sources, codename)) {
            renamed.add(source.withSuite(wanted + source.suite().substring(codename.length())));
        }
        return renamed;
    }

    private static List<AptSource> debian(String suite) {
        var sources = new ArrayList<AptSource>();
        for (var mirror : Mirror.debian()) {
            for (var each : mirror.suites(suite)) {
                sources.add(official(mirror, each, "Debian's own mirrors"));
            }
        }
        return sources;
    }

    private static List<AptSource> ubuntu(String suite, String architecture) {
        var sources = new ArrayList<AptSource>();
        for (var mirror : Mirror.ubuntu(architecture)) {
            for (var each : mirror.suites(suite)) {
                sources.add(official(mirror, each, "Ubuntu's own mirrors"));
            }
        }
        return sources;
    }

    private static AptSource official(Mirror mirror, String suite, String origin) {
        return new AptSource(
                mirror.uri(), suite, mirror.components(), List.of(), null, false, true, origin);
    }
}
