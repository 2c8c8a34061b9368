package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Objects;

/// What an image runs on, in normalised form (`x86_64` is `amd64`, `aarch64` is `arm64`, `arm` is
/// `arm/v7`): OCI image-spec, `image-index.md`, and Go's names of systems and processors.
///
/// @param variant of the processor, null when there is none or it is the usual one
/// @param osVersion as images for Windows give it, null otherwise
public record Platform(
        String os, String architecture, @Nullable String variant, @Nullable String osVersion)
        implements Comparable<Platform> {

    public Platform {
        os = normalOs(os);
        String given = architecture.toLowerCase(Locale.ROOT);
        String asked = variant == null ? "" : variant.toLowerCase(Locale.ROOT);
        architecture = normalArchitecture(given);
        String normal = normalVariant(given, architecture, asked);
        variant = normal.isEmpty() ? null : normal;
        osVersion = osVersion == null || osVersion.isEmpty() ? null : osVersion;
    }

    // A record's own equals and hashCode are made when first called, and that shows at the start.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Platform that
                && os.equals(that.os)
                && architecture.equals(that.architecture)
                && Objects.equals(variant, that.variant)
                && Objects.equals(osVersion, that.osVersion);
    }

    @Override
    public int hashCode() {
        return 31 * os.hashCode() + architecture.hashCode();
    }

    /// Returns a platform without variant and version.
    public static Platform of(String os, String architecture) {
        return new Platform(os, architecture, null, null);
    }

    /// Returns the platform of the machine this runs on.
    public static Platform host() {
        return of("linux", System.getProperty("os.arch", "amd64"));
    }

    /// Reads `os/arch[/variant]`, `os` or `arch`; what is missing is taken from [#host()].
    ///
    /// @throws ImageException if the text is no platform
    public static Platform parse(String text) throws ImageException {
        String[] parts = split(text);
        for (String part : parts) {
            if (!isPart(part)) {
                throw invalid(text);
            }
        }
        return switch (parts.length) {
            case 1 -> ofOnePart(text);
            case 2 -> new Platform(parts[0], parts[1], null, null);
            case 3 -> new Platform(parts[0], parts[1], parts[2], null);
            default -> throw invalid(text);
        };
    }

    /// Whether an image of this platform runs where `wanted` is asked for. The variant may be an
    /// older one of the same processor; versions of the system are not compared.
    public boolean matches(Platform wanted) {
        return distance(wanted) >= 0;
    }

    /// Returns how far this platform is from `wanted`: 0 the same, more the older the variant, -1
    /// if it does not run there.
    int distance(Platform wanted) {
        if (!os.equals(wanted.os) || !architecture.equals(wanted.architecture)) {
            return -1;
        }
        int have = level();
        int want = wanted.level();
        if (have < 0 || want < 0) {
            return have == want && Objects.equals(variant, wanted.variant) ? 0 : -1;
        }
        return want - have;
    }

    /// Returns `os/arch[/variant]`.
    @Override
    public String toString() {
        String name = os + '/' + architecture;
        return variant == null ? name : name + '/' + variant;
    }

    @Override
    public int compareTo(Platform other) {
        return toString().compareTo(other.toString());
    }

    /// The variant's number, the usual one when there is none; -1 for a variant without a number.
    private int level() {
        if (variant == null) {
            return switch (architecture) {
                case "amd64" -> 1;
                case "arm64" -> 8;
                default -> 0;
            };
        }
        return variant.length() == 2 && variant.charAt(0) == 'v' && Texts.isDigit(variant.charAt(1))
                ? variant.charAt(1) - '0'
                : -1;
    }

    private static Platform ofOnePart(String text) throws ImageException {
        String part = text.toLowerCase(Locale.ROOT);
        Platform host = host();
        return switch (part) {
            case "linux", "windows", "darwin", "macos", "freebsd", "openbsd", "netbsd", "wasip1" ->
                    new Platform(part, host.architecture, host.variant, null);
            case "amd64",
                    "x86_64",
                    "x86-64",
                    "i386",
                    "386",
                    "arm",
                    "armhf",
                    "armel",
                    "arm64",
                    "aarch64",
                    "ppc64le",
                    "ppc64",
                    "s390x",
                    "riscv64",
                    "loong64",
                    "mips64le",
                    "mips64",
                    "mips",
                    "mipsle",
                    "wasm" ->
                    of(host.os, part);
            default -> throw invalid(text);
        };
    }

    private static String normalOs(String os) {
        String lower = os.toLowerCase(Locale.ROOT);
        return lower.equals("macos") ? "darwin" : lower;
    }

    private static String normalArchitecture(String lower) {
        return switch (lower) {
            case "i386", "i686" -> "386";
            case "x86_64", "x86-64" -> "amd64";
            case "aarch64" -> "arm64";
            case "armhf", "armel" -> "arm";
            default -> lower;
        };
    }

    private static String normalVariant(String given, String architecture, String variant) {
        String v =
                variant.length() == 1 && Texts.isDigit(variant.charAt(0)) ? "v" + variant : variant;
        return switch (architecture) {
            case "amd64" -> v.equals("v1") ? "" : v;
            case "arm64" -> v.equals("v8") ? "" : v;
            case "386" -> "";
            case "arm" -> {
                if (given.equals("armel")) {
                    yield "v6";
                }
                yield v.isEmpty() ? "v7" : v;
            }
            default -> v;
        };
    }

    private static String[] split(String text) {
        int slashes = 0;
        for (int i = 0; i < text.length(); i++) {
            slashes += text.charAt(i) == '/' ? 1 : 0;
        }
        var parts = new String[slashes + 1];
        int from = 0;
        for (int n = 0; n < slashes; n++) {
            int to = text.indexOf('/', from);
            parts[n] = text.substring(from, to);
            from = to + 1;
        }
        parts[slashes] = text.substring(from);
        return parts;
    }

    private static boolean isPart(String part) {
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && !Texts.isDigit(c) && c != '_' && c != '.' && c != '-') {
                return false;
            }
        }
        return !part.isEmpty() && part.length() <= 64;
    }

    private static ImageException invalid(String text) {
        return new ImageException(
                "invalid platform " + Texts.quote(text),
                "Write os/architecture[/variant], such as linux/amd64 or linux/arm/v7.",
                null);
    }
}
