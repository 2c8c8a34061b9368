package dev.slipway.base;

import dev.slipway.image.Digest;
import dev.slipway.image.InvalidDigestException;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;

/// The exact packages of a base image, so that it can be assembled again: `base.lock`. It names no
/// mirror; every mirror that has the files will do, for their hashes are here.
///
/// @param date of the newest release that was looked at
/// @param asked what the definition asked for: a lock fits no other request
/// @param packages sorted by name
public record BaseLock(
        String suite, String architecture, Instant date, List<String> asked, List<Pin> packages) {
    /// The name of the file, beside the definition.
    public static final String FILE_NAME = "base.lock";

    /// Where the lock of a definition is kept: `builder.lock` beside `builder.yaml`.
    public static Path beside(Path definition) {
        var name = String.valueOf(definition.getFileName());
        int dot = name.lastIndexOf('.');
        return definition.resolveSibling((dot <= 0 ? name : name.substring(0, dot)) + ".lock");
    }

    private static final String VERSION = "1";

    /// One package.
    ///
    /// @param suite it was found in, such as `bookworm-security`
    /// @param path below the address of a repository
    public record Pin(
            String name,
            String version,
            String architecture,
            String suite,
            String path,
            long sizeBytes,
            Digest sha256) {}

    public BaseLock {
        asked = List.copyOf(asked);
        packages = List.copyOf(packages);
    }

    /// What of a definition decides which packages are chosen, as the lock states it.
    static List<String> request(BaseDefinition definition) {
        var asked = new ArrayList<String>();
        asked.add("flavour " + definition.flavour().text());
        definition.packages().forEach(each -> asked.add("package " + each));
        definition.data().forEach(each -> asked.add("data " + each));
        definition.without().forEach(each -> asked.add("without " + each));
        return asked;
    }

    /// Refuses a lock that was written for another request.
    void requireFits(BaseDefinition definition) throws BaseException {
        var changes = new ArrayList<String>();
        var now = new TreeSet<>(request(definition));
        var then = new TreeSet<>(asked);
        now.stream().filter(each -> !then.contains(each)).forEach(each -> changes.add("+ " + each));
        then.stream().filter(each -> !now.contains(each)).forEach(each -> changes.add("- " + each));
        if (!definition.architecture().equals(architecture)) {
            changes.add("architecture " + architecture + " → " + definition.architecture());
        }
        if (definition.suite() != null && !definition.suite().equals(suite)) {
            changes.add("suite " + suite + " → " + definition.suite());
        }
        if (!changes.isEmpty()) {
            throw new BaseException(
                    "the lock was written for another definition: " + String.join(", ", changes),
                    "write it anew with 'slipway base lock', or undo the change");
        }
    }

    /// The file's text.
    public String text() {
        var text = new StringBuilder("# Written by 'slipway base lock'. Keep it with base.yaml.\n");
        text.append("version: ").append(VERSION).append('\n');
        text.append("suite: ").append(quoted(suite)).append('\n');
        text.append("architecture: ").append(quoted(architecture)).append('\n');
        text.append("date: ").append(quoted(date.toString())).append('\n');
        text.append("asked:\n");
        asked.forEach(each -> text.append("  - ").append(quoted(each)).append('\n'));
        text.append("packages:\n");
        for (var pin : packages) {
            text.append("  - name: ").append(quoted(pin.name())).append('\n');
            text.append("    version: ").append(quoted(pin.version())).append('\n');
            text.append("    architecture: ").append(quoted(pin.architecture())).append('\n');
            text.append("    suite: ").append(quoted(pin.suite())).append('\n');
            text.append("    path: ").append(quoted(pin.path())).append('\n');
            text.append("    size: ").append(pin.sizeBytes()).append('\n');
            text.append("    sha256: ").append(pin.sha256().hex()).append('\n');
        }
        return text.toString();
    }

    /// None of the values can hold a quote or a line break: they are checked when they come in.
    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// Reads a lock file.
    ///
    /// @param file its name, for messages
    public static BaseLock parse(String file, String text) throws DefinitionException {
        var yaml = Yaml.parse(file, text);
        if (!yaml.requiredText("version").equals(VERSION)) {
            throw yaml.error(
                    "version", "written by another version", "write it anew: 'slipway base lock'");
        }
        var pins = new ArrayList<Pin>();
        for (var each : yaml.mappings("packages")) {
            pins.add(pin(each));
        }
        var asked = yaml.texts("asked");
        try {
            return new BaseLock(
                    yaml.requiredText("suite"),
                    yaml.requiredText("architecture"),
                    Instant.parse(yaml.requiredText("date")),
                    asked == null ? List.of() : asked,
                    Collections.unmodifiableList(pins));
        } catch (DateTimeException e) {
            throw yaml.error("date", "not a date", null);
        }
    }

    private static Pin pin(Yaml yaml) throws DefinitionException {
        var name = yaml.requiredText("name");
        var path = yaml.requiredText("path");
        if (!Relation.isName(name) || !DebPackage.isSafe(path)) {
            throw yaml.error("path", "not a package: '" + name + "' at '" + path + "'", null);
        }
        try {
            long size = Long.parseLong(yaml.requiredText("size"));
            if (size <= 0) {
                throw yaml.error("size", "expected a number of bytes", null);
            }
            return new Pin(
                    name,
                    yaml.requiredText("version"),
                    yaml.requiredText("architecture"),
                    yaml.requiredText("suite"),
                    path,
                    size,
                    Digest.parse("sha256:" + yaml.requiredText("sha256")));
        } catch (NumberFormatException | InvalidDigestException e) {
            throw yaml.error("sha256", "a size or hash cannot be read", null);
        }
    }
}
