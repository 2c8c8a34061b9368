package dev.slipway.base;

import dev.slipway.image.RunConfig;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What a `base.yaml` asks for; `docs/base.md` describes the file.
///
/// @param name the image's name; null when the file gives none
/// @param suite release to take packages from, such as `bookworm`; null for this machine's
/// @param architecture Debian's word for it, such as `amd64`
/// @param packages relations asked for, in the order of the file
/// @param data packages of which only the files are taken, none of what they depend on
/// @param without packages taken as present although they are not installed
/// @param links symbolic links to make: path to target
/// @param trim what is left out of the packages' files
/// @param sources where packages come from; empty for this machine's apt sources
/// @param aptSources which sources apt in the image is given; only of a minbase
/// @param keyring the file with the distribution's keys; null for the usual places
/// @param epoch time of generated files and the latest any file may bear; null: the release's date
/// @param config how the image is run
public record BaseDefinition(
        @Nullable String name,
        Flavour flavour,
        @Nullable String suite,
        String architecture,
        List<String> packages,
        List<String> data,
        Set<String> without,
        Map<String, String> links,
        Set<Trim> trim,
        List<Source> sources,
        AptInImage aptSources,
        @Nullable Path keyring,
        @Nullable Instant epoch,
        RunConfig config) {

    /// Where apt in the image gets packages from.
    public enum AptInImage {
        /// The distribution's public mirrors.
        OFFICIAL,
        /// Where this image's packages came from.
        SAME,
        /// Nowhere.
        NONE
    }

    /// A repository named in the file.
    ///
    /// @param suites each with the components; a name ending in `/` is a flat repository
    /// @param signedBy keyring files, fingerprints or an armored key; null for the distribution's
    /// @param trusted taken without a signature
    /// @param line in the file, from 1
    public record Source(
            String uri,
            List<String> suites,
            List<String> components,
            @Nullable String signedBy,
            boolean trusted,
            boolean checkValidUntil,
            int line) {
        public Source {
            suites = List.copyOf(suites);
            components = List.copyOf(components);
        }
    }

    private static final List<String> DATA =
            List.of("base-files", "ca-certificates", "netbase", "tzdata");
    private static final Set<String> KEYS =
            Set.of(
                    "name",
                    "flavour",
                    "suite",
                    "architecture",
                    "packages",
                    "data",
                    "without",
                    "links",
                    "trim",
                    "sources",
                    "apt-sources",
                    "keyring",
                    "source-date-epoch",
                    "user",
                    "workdir",
                    "env",
                    "entrypoint",
                    "cmd",
                    "labels",
                    "stop-signal");

    public BaseDefinition {
        packages = List.copyOf(packages);
        data = List.copyOf(data);
        without = Collections.unmodifiableSet(new TreeSet<>(without));
        links = Collections.unmodifiableMap(new LinkedHashMap<>(links));
        trim = trim.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(trim));
        sources = List.copyOf(sources);
    }

    /// Reads a definition.
    ///
    /// @param file its name, for messages
    public static BaseDefinition parse(String file, String text) throws DefinitionException {
        var yaml = Yaml.parse(file, text);
        yaml.allowOnly(KEYS);
        var flavour = flavour(yaml);
        boolean distroless = flavour == Flavour.DISTROLESS;
        var data = yaml.texts("data");
        if (data != null && !distroless) {
            throw yaml.error(
                    "data", "'data' is for distroless images", "list the packages in 'packages'");
        }
        var keyring = yaml.text("keyring");
        return new BaseDefinition(
                yaml.text("name"),
                flavour,
                suite(yaml),
                architecture(yaml),
                relations(yaml, "packages"),
                data == null ? (distroless ? DATA : List.of()) : names(yaml, "data"),
                Set.copyOf(names(yaml, "without")),
                links(yaml),
                trim(yaml, distroless),
                sources(file, yaml),
                aptInImage(yaml),
                keyring == null ? null : beside(file, keyring),
                epoch(yaml),
                config(yaml));
    }

    private static Flavour flavour(Yaml yaml) throws DefinitionException {
        var text = yaml.requiredText("flavour");
        for (var flavour : Flavour.values()) {
            if (flavour.text().equals(text)) {
                return flavour;
            }
        }
        var known = List.of(Flavour.DISTROLESS.text(), Flavour.MINBASE.text());
        throw yaml.error("flavour", "unknown flavour '" + text + "'", Yaml.suggestion(text, known));
    }

    private static @Nullable String suite(Yaml yaml) throws DefinitionException {
        var suite = yaml.text("suite");
        if (suite != null && !isWord(suite)) {
            throw yaml.error("suite", "not the name of a suite: '" + suite + "'", null);
        }
        return suite;
    }

    private static String architecture(Yaml yaml) throws DefinitionException {
        var text = yaml.text("architecture", System.getProperty("os.arch", "amd64"));
        if (!isWord(text)) {
            throw yaml.error("architecture", "not an architecture: '" + text + "'", null);
        }
        return switch (text) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> text;
        };
    }

    private static boolean isWord(String text) {
        return text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    }

    private static List<String> relations(Yaml yaml, String key) throws DefinitionException {
        var texts = yaml.texts(key);
        var result = texts == null ? List.<String>of() : texts;
        for (int i = 0; i < result.size(); i++) {
            try {
                Relation.parse(result.get(i));
            } catch (ArchiveException e) {
                throw yaml.error(key, i, String.valueOf(e.getMessage()));
            }
        }
        return result;
    }

    private static List<String> names(Yaml yaml, String key) throws DefinitionException {
        var texts = yaml.texts(key);
        var result = texts == null ? List.<String>of() : texts;
        for (int i = 0; i < result.size(); i++) {
            if (!Relation.isName(result.get(i))) {
                throw yaml.error(key, i, "not a package name: '" + result.get(i) + "'");
            }
        }
        return result;
    }

    private static Map<String, String> links(Yaml yaml) throws DefinitionException {
        var links = yaml.textMap("links");
        for (var link : links.entrySet()) {
            var path = link.getKey();
            if (!path.startsWith("/") || path.endsWith("/") || link.getValue().isEmpty()) {
                throw yaml.error("links", "'" + path + "' must be an absolute path", null);
            }
        }
        return links;
    }

    private static Set<Trim> trim(Yaml yaml, boolean distroless) throws DefinitionException {
        var texts = yaml.texts("trim");
        if (texts == null) {
            return distroless ? EnumSet.allOf(Trim.class) : EnumSet.noneOf(Trim.class);
        }
        var known = new LinkedHashMap<String, Trim>();
        for (var each : Trim.values()) {
            known.put(each.text(), each);
        }
        var trims = EnumSet.noneOf(Trim.class);
        for (int i = 0; i < texts.size(); i++) {
            var trim = known.get(texts.get(i));
            if (trim == null) {
                throw yaml.error(
                        "trim",
                        i,
                        "'" + texts.get(i) + "' is none of " + String.join(", ", known.keySet()));
            }
            trims.add(trim);
        }
        return trims;
    }

    private static List<Source> sources(String file, Yaml yaml) throws DefinitionException {
        var sources = new ArrayList<Source>();
        for (var each : yaml.mappings("sources")) {
            each.allowOnly(
                    Set.of(
                            "uri",
                            "suites",
                            "components",
                            "signed-by",
                            "trusted",
                            "check-valid-until"));
            var suites = each.texts("suites");
            var components = each.texts("components");
            if (suites == null || suites.isEmpty()) {
                throw each.error("suites", "'suites' is missing", null);
            }
            sources.add(
                    new Source(
                            each.requiredText("uri"),
                            suites,
                            components == null ? List.of("main") : components,
                            signedBy(file, each.text("signed-by")),
                            each.flag("trusted", false),
                            each.flag("check-valid-until", true),
                            each.line()));
        }
        return sources;
    }

    /// Files are named as the definition's author sees them: from where the definition is.
    private static Path beside(String file, String named) {
        return Path.of(file).toAbsolutePath().resolveSibling(named).normalize();
    }

    private static @Nullable String signedBy(String file, @Nullable String text) {
        return text != null && (text.endsWith(".gpg") || text.endsWith(".asc"))
                ? beside(file, text).toString()
                : text;
    }

    private static AptInImage aptInImage(Yaml yaml) throws DefinitionException {
        var text = yaml.text("apt-sources", "official");
        return switch (text) {
            case "official" -> AptInImage.OFFICIAL;
            case "same" -> AptInImage.SAME;
            case "none" -> AptInImage.NONE;
            default ->
                    throw yaml.error(
                            "apt-sources",
                            "expected official, same or none, found '" + text + "'",
                            null);
        };
    }

    private static @Nullable Instant epoch(Yaml yaml) throws DefinitionException {
        var text = yaml.text("source-date-epoch");
        if (text == null) {
            return null;
        }
        try {
            return Instant.ofEpochSecond(Long.parseUnsignedLong(text));
        } catch (NumberFormatException | java.time.DateTimeException e) {
            throw yaml.error(
                    "source-date-epoch", "expected seconds since 1970, found '" + text + "'", null);
        }
    }

    private static RunConfig config(Yaml yaml) throws DefinitionException {
        var env = new ArrayList<String>();
        for (var each : yaml.textMap("env").entrySet()) {
            env.add(each.getKey() + "=" + each.getValue());
        }
        if (env.stream().noneMatch(e -> e.startsWith("PATH="))) {
            env.addFirst("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        }
        return RunConfig.builder()
                .user(yaml.text("user", ""))
                .workingDir(yaml.text("workdir", ""))
                .env(env)
                .entrypoint(yaml.texts("entrypoint"))
                .cmd(yaml.texts("cmd"))
                .labels(yaml.textMap("labels"))
                .stopSignal(yaml.text("stop-signal", "").toUpperCase(Locale.ROOT))
                .build();
    }

    /// Everything that shapes the image beside its packages, as text.
    String identity() {
        return flavour + "\n" + links + "\n" + trim + "\n" + config;
    }
}
