package dev.slipway.base;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Lays out an image of unpacked packages in which nothing is ever configured.
final class Distroless {
    /// Packages that only maintainer scripts need, and nothing runs those.
    static final List<String> ASSUMED =
            List.of(
                    "debconf",
                    "debconf-2.0",
                    "cdebconf",
                    "dpkg",
                    "init-system-helpers",
                    "install-info",
                    "ucf");

    private static final String STATUS = "var/lib/dpkg/status.d";
    private static final String CERTIFICATES = "usr/share/ca-certificates/";
    private static final String BUNDLE = "etc/ssl/certs/ca-certificates.crt";

    private static final String PASSWD =
            """
            root:x:0:0:root:/root:/sbin/nologin
            nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
            nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
            """;
    private static final String GROUP =
            """
            root:x:0:
            tty:x:5:
            staff:x:50:
            nobody:x:65534:
            nonroot:x:65532:
            """;
    private static final String NSSWITCH =
            """
            passwd:         files
            group:          files
            shadow:         files
            hosts:          files dns
            networks:       files
            protocols:      files
            services:       files
            """;

    private Distroless() {}

    static void complete(
            RootTree tree, BaseDefinition definition, Map<DebPackage, DebArchive> packages)
            throws IOException, BaseException {
        directories(tree);
        for (var each : packages.entrySet()) {
            record(tree, each.getKey(), each.getValue());
        }
        bundleCertificates(tree, packages);
        for (var link : new TreeMap<>(definition.links()).entrySet()) {
            tree.symlink(link.getKey().substring(1), link.getValue());
        }
    }

    private static void directories(RootTree tree) throws ArchiveException {
        for (var name : List.of("dev", "etc", "home", "mnt", "opt", "proc", "run", "srv", "sys")) {
            tree.directory(name, 0755);
        }
        tree.directory("root", 0700);
        tree.directory("tmp", 01777);
        tree.directory("var/tmp", 01777);
        tree.directory("home/nonroot", 0700, 65532, 65532);
        tree.file("etc/passwd", 0644, PASSWD);
        tree.file("etc/group", 0644, GROUP);
        if (tree.lookup("etc/nsswitch.conf") == null) {
            tree.file("etc/nsswitch.conf", 0644, NSSWITCH);
        }
    }

    /// One file a package, which scanners read as they read dpkg's own database.
    private static void record(RootTree tree, DebPackage owner, DebArchive archive)
            throws ArchiveException {
        var fields = new StringBuilder();
        for (var field : archive.controlFile().fields()) {
            fields.append(field.name()).append(": ").append(field.value()).append('\n');
            if (field.name().equalsIgnoreCase("Package")) {
                fields.append("Status: install ok installed\n");
            }
        }
        tree.file(STATUS + "/" + owner.name(), 0644, fields.toString());
        var sums = archive.control().get("md5sums");
        if (sums != null) {
            tree.file(STATUS + "/" + owner.name() + ".md5sums", 0644, sums);
        }
    }

    /// What `update-ca-certificates` would do: all certificates of the package in one file, which
    /// is all that TLS libraries read.
    private static void bundleCertificates(RootTree tree, Map<DebPackage, DebArchive> packages)
            throws IOException, BaseException {
        for (var each : packages.entrySet()) {
            if (!each.getKey().name().equals("ca-certificates")) {
                continue;
            }
            var certificates = new TreeMap<String, DebArchive.Member>();
            for (var member : each.getValue().members()) {
                var path = member.entry().path().latin1();
                if (path.startsWith(CERTIFICATES) && path.endsWith(".crt")) {
                    certificates.put(path, member);
                }
            }
            var bundle = new StringBuilder();
            for (var member : certificates.values()) {
                var bytes = each.getValue().read(member);
                bundle.append(new String(bytes, StandardCharsets.ISO_8859_1));
                if (!bundle.isEmpty() && bundle.charAt(bundle.length() - 1) != '\n') {
                    bundle.append('\n');
                }
            }
            tree.remove("usr/share/ca-certificates");
            tree.remove("usr/sbin/update-ca-certificates");
            tree.file(BUNDLE, 0644, bundle.toString().getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /// The packages an image of this flavour consists of.
    static List<DebPackage> choose(PackageIndex index, BaseDefinition definition)
            throws BaseException {
        var wanted = new ArrayList<Relation>();
        for (var each : definition.packages()) {
            wanted.add(Relation.parse(each));
        }
        var assumed = new ArrayList<>(ASSUMED);
        assumed.addAll(definition.without());
        assumed.addAll(definition.data());
        var chosen = new TreeMap<String, DebPackage>();
        for (var each : Resolver.resolve(index, wanted, assumed)) {
            chosen.put(each.name(), each);
        }
        for (var name : definition.data()) {
            // Only its files are wanted, so all that it depends on is taken as present.
            if (!chosen.containsKey(name)) {
                chosen.put(name, Resolver.newest(index, name));
            }
        }
        return List.copyOf(chosen.values());
    }
}
