package dev.slipway.base;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// All packages that some `Packages` files offer for one architecture.
///
/// An index has some 60 000 stanzas of which a base needs a hundred: reading one only finds where
/// each stanza is, what it is called and what it provides; stanzas are parsed when asked for.
final class PackageIndex {
    static final int MAX_INDEX_BYTES = 256 << 20;

    private static final byte[] PACKAGE = bytes("Package: ");
    private static final byte[] PROVIDES = bytes("Provides: ");
    private static final byte[] ESSENTIAL = bytes("Essential: yes");
    private static final byte[] PRIORITY_REQUIRED = bytes("Priority: required");

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Stanza(byte[] file, int start, int end, String repository, String suite) {
        String text() {
            return new String(file, start, end - start, StandardCharsets.UTF_8);
        }
    }

    private final String architecture;
    private final Map<String, List<Stanza>> stanzas = new HashMap<>();
    private final Map<String, SortedSet<String>> providers = new HashMap<>();
    private final SortedSet<String> required = new TreeSet<>();
    private final Map<String, List<DebPackage>> parsed = new LinkedHashMap<>();

    PackageIndex(String architecture) {
        this.architecture = architecture;
    }

    /// Takes in an uncompressed `Packages` file.
    ///
    /// @param repository the address that its `Filename` fields are below
    /// @param suite of that repository
    void add(InputStream packages, String repository, String suite)
            throws IOException, ArchiveException {
        byte[] file = packages.readNBytes(MAX_INDEX_BYTES);
        if (packages.read() >= 0) {
            throw new ArchiveException("a package index is larger than " + MAX_INDEX_BYTES);
        }
        new Scanner(file, repository, suite).scan();
        parsed.clear();
    }

    private final class Scanner {
        private final byte[] file;
        private final String repository;
        private final String suite;
        private int stanzaStart;
        private String name = "";
        private String provided = "";
        private boolean essential;

        Scanner(byte[] file, String repository, String suite) {
            this.file = file;
            this.repository = repository;
            this.suite = suite;
        }

        void scan() {
            int line = 0;
            while (line < file.length) {
                int end = line;
                while (end < file.length && file[end] != '\n') {
                    end++;
                }
                if (end == line) {
                    finish(line);
                    stanzaStart = end + 1;
                } else {
                    field(line, end);
                }
                line = end + 1;
            }
            finish(file.length);
        }

        private void field(int line, int end) {
            switch (file[line]) {
                case 'P' -> {
                    if (startsWith(PACKAGE, line)) {
                        name = text(line + PACKAGE.length, end);
                    } else if (startsWith(PROVIDES, line)) {
                        provided = text(line + PROVIDES.length, end);
                    } else if (startsWith(PRIORITY_REQUIRED, line)) {
                        essential = true;
                    }
                }
                case 'E' -> essential |= startsWith(ESSENTIAL, line);
                default -> {}
            }
        }

        private void finish(int end) {
            if (!name.isEmpty()) {
                stanzas.computeIfAbsent(name, _ -> new ArrayList<>(1))
                        .add(new Stanza(file, stanzaStart, end, repository, suite));
                if (essential) {
                    required.add(name);
                }
                for (var each : provided.isEmpty() ? List.<String>of() : names(provided)) {
                    providers.computeIfAbsent(each, _ -> new TreeSet<>()).add(name);
                }
            }
            name = "";
            provided = "";
            essential = false;
        }

        private boolean startsWith(byte[] prefix, int at) {
            return at + prefix.length <= file.length
                    && Arrays.equals(file, at, at + prefix.length, prefix, 0, prefix.length);
        }

        private String text(int from, int to) {
            return new String(file, from, to - from, StandardCharsets.UTF_8).strip();
        }
    }

    /// The names of a `Provides` field, without their versions.
    private static List<String> names(String provides) {
        var names = new ArrayList<String>();
        for (var part : provides.split(",", -1)) {
            var name = part.strip();
            int end = 0;
            while (end < name.length() && " (:".indexOf(name.charAt(end)) < 0) {
                end++;
            }
            names.add(name.substring(0, end));
        }
        return names;
    }

    /// All versions of a package that run on this architecture, newest first. Of equal versions the
    /// one of the source that was added first counts.
    List<DebPackage> versions(String name) throws ArchiveException {
        var known = parsed.get(name);
        if (known != null) {
            return known;
        }
        var versions = new ArrayList<DebPackage>();
        for (var stanza : stanzas.getOrDefault(name, List.of())) {
            var each =
                    DebPackage.of(
                            Control.parseOne(stanza.text()), stanza.repository(), stanza.suite());
            boolean runs =
                    each.architecture().equals(architecture) || each.architecture().equals("all");
            if (runs && versions.stream().noneMatch(v -> v.version().equals(each.version()))) {
                versions.add(each);
            }
        }
        versions.sort(Comparator.comparing(DebPackage::version).reversed());
        var result = List.copyOf(versions);
        parsed.put(name, result);
        return result;
    }

    /// Names of the packages that provide the virtual package `name`, sorted.
    SortedSet<String> providersOf(String name) {
        return providers.getOrDefault(name, new TreeSet<>());
    }

    /// Names of the packages that are essential or of priority `required`, sorted.
    SortedSet<String> required() {
        return new TreeSet<>(required);
    }

    Iterable<String> names() {
        return stanzas.keySet();
    }

    int size() {
        return stanzas.size();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
