package dev.slipway.base;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// The sources that apt in an image is given, in deb822 form.
final class AptSourcesFile {
    static final String PATH = "etc/apt/sources.list.d/distribution.sources";

    private AptSourcesFile() {}

    static String text(BaseDefinition definition, BaseLock lock, List<AptSource> sources) {
        boolean ubuntu =
                lock.packages().stream().anyMatch(pin -> pin.name().equals("ubuntu-keyring"));
        var keyring =
                "/usr/share/keyrings/"
                        + (ubuntu ? "ubuntu-archive-keyring.gpg" : "debian-archive-keyring.gpg");
        var suite = lock.suite();
        return switch (definition.aptSources()) {
            case NONE -> "";
            case SAME -> same(sources, keyring);
            case OFFICIAL ->
                    official(
                            ubuntu ? Mirror.ubuntu(lock.architecture()) : Mirror.debian(),
                            suite,
                            keyring);
        };
    }

    private static String official(List<Mirror> mirrors, String suite, String keyring) {
        var stanzas = new ArrayList<String>();
        for (var mirror : mirrors) {
            stanzas.add(
                    stanza(
                            mirror.uri(),
                            String.join(" ", mirror.suites(suite)),
                            String.join(" ", mirror.components()),
                            keyring));
        }
        return String.join("\n", stanzas);
    }

    private static String same(List<AptSource> sources, String keyring) {
        var stanzas = new LinkedHashSet<String>();
        for (var source : sources) {
            stanzas.add(
                    stanza(
                            Downloads.safe(source.uri()),
                            source.suite(),
                            String.join(" ", source.components()),
                            keyring));
        }
        return String.join("\n", stanzas);
    }

    private static String stanza(String uri, String suites, String components, String keyring) {
        return "Types: deb\nURIs: "
                + uri
                + "\nSuites: "
                + suites
                + "\nComponents: "
                + components
                + "\nSigned-By: "
                + keyring
                + "\n";
    }
}
