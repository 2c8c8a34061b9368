package dev.slipway.base;

import dev.slipway.image.Digest;
import dev.slipway.image.InvalidDigestException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// A package as the signed index describes it.
///
/// @param multiArch `same`, `foreign`, `allowed` or `no`
/// @param depends `Pre-Depends` first, then `Depends`; each group is satisfied by one alternative
/// @param path below the repository's address, without a leading slash
/// @param sizeBytes of the `.deb`
/// @param repository the address it is offered at
/// @param suite of that repository
record DebPackage(
        String name,
        DebVersion version,
        String architecture,
        String multiArch,
        boolean essential,
        String priority,
        List<List<Relation>> preDepends,
        List<List<Relation>> depends,
        List<Relation> provides,
        List<Relation> conflicts,
        List<Relation> breaks,
        List<Relation> replaces,
        String path,
        long sizeBytes,
        Digest sha256,
        String repository,
        String suite) {

    private static final long MAX_DEB_BYTES = 8L << 30;

    static DebPackage of(Control control, String repository, String suite) throws ArchiveException {
        var name = control.required("Package").strip();
        if (!Relation.isName(name)) {
            throw new ArchiveException("not a package name: '" + name + "'");
        }
        try {
            var path = control.required("Filename").strip();
            path = path.startsWith("./") ? path.substring(2) : path;
            long size = Long.parseLong(control.required("Size").strip());
            if (size <= 0 || size > MAX_DEB_BYTES || !isSafe(path)) {
                throw new ArchiveException(name + ": size or path is not acceptable: " + path);
            }
            var sha256 = Digest.parse("sha256:" + control.required("SHA256").strip());
            return described(control, path, size, sha256, repository, suite);
        } catch (NumberFormatException | InvalidDigestException e) {
            throw new ArchiveException(name + ": a field cannot be read: " + e.getMessage(), e);
        }
    }

    /// A package as its own control file describes it.
    static DebPackage ofDeb(Control control, BaseLock.Pin pin) throws ArchiveException {
        return described(control, pin.path(), pin.sizeBytes(), pin.sha256(), "", pin.suite());
    }

    private static DebPackage described(
            Control control,
            String path,
            long sizeBytes,
            Digest sha256,
            String repository,
            String suite)
            throws ArchiveException {
        return new DebPackage(
                control.required("Package").strip(),
                DebVersion.of(control.required("Version")),
                control.required("Architecture").strip(),
                text(control, "Multi-Arch", "no"),
                control.isYes("Essential"),
                text(control, "Priority", "optional"),
                Relation.parseGroups(text(control, "Pre-Depends", "")),
                Relation.parseGroups(text(control, "Depends", "")),
                Relation.parseList(text(control, "Provides", "")),
                Relation.parseList(text(control, "Conflicts", "")),
                Relation.parseList(text(control, "Breaks", "")),
                Relation.parseList(text(control, "Replaces", "")),
                path,
                sizeBytes,
                sha256,
                repository,
                suite);
    }

    static boolean isSafe(String path) {
        return !path.startsWith("/")
                && !("/" + path + "/").contains("/../")
                && path.indexOf('\0') < 0
                && path.indexOf('\n') < 0;
    }

    private static String text(Control control, String name, String otherwise) {
        var value = control.value(name);
        return value == null ? otherwise : value.strip();
    }

    /// All that must be there for this package to work, in the order the package states it.
    List<List<Relation>> needs() {
        if (preDepends.isEmpty()) {
            return depends;
        }
        var all = new ArrayList<>(preDepends);
        all.addAll(depends);
        return all;
    }

    /// Says whether this package, or a virtual one it provides, is what `relation` names.
    boolean satisfies(Relation relation) {
        if (relation.name().equals(name)) {
            return relation.allows(version) && fitsArchitecture(relation.architecture());
        }
        for (var provided : provides) {
            if (provided.name().equals(relation.name()) && relation.allows(provided.version())) {
                return fitsArchitecture(relation.architecture());
            }
        }
        return false;
    }

    private boolean fitsArchitecture(@Nullable String wanted) {
        if (wanted == null || wanted.equals("native") || wanted.equals(architecture)) {
            return true;
        }
        // One architecture is installed, so ":any" asks only whether the package lets itself be
        // used so.
        return wanted.equals("any") && !multiArch.equals("same");
    }

    /// Says whether the two may not be installed together (policy 7.3, 7.4). A package never
    /// conflicts with itself through what it provides.
    boolean conflictsWith(DebPackage other) {
        return name.equals(other.name)
                || rejects(conflicts, other)
                || rejects(breaks, other)
                || rejects(other.conflicts, this)
                || rejects(other.breaks, this);
    }

    private static boolean rejects(List<Relation> relations, DebPackage other) {
        for (var relation : relations) {
            if (other.satisfies(relation)) {
                return true;
            }
        }
        return false;
    }

    /// Says whether this package may take over files of `other` (policy 7.6.1).
    boolean mayReplaceFilesOf(DebPackage other) {
        return rejects(replaces, other);
    }

    @Override
    public String toString() {
        return name + " " + version;
    }
}
