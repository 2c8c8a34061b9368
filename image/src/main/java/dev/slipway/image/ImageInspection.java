package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// An image as `docker image inspect` shows it: an object with Docker's members, in Docker's order.
public final class ImageInspection {
    private static final String ZERO_TIME = "0001-01-01T00:00:00Z";

    private ImageInspection() {}

    /// Writes an image as an object.
    ///
    /// @throws ImageException if the image is damaged
    public static void write(ImageCatalog catalog, StoredImage stored, JsonWriter out)
            throws ImageException {
        Image image = stored.image();
        if (image == null) {
            throw new InvalidImageException(
                    "the image " + stored.target().digest() + " is damaged or partly missing",
                    "Pull, load or build it again.");
        }
        ImageConfig config = image.config();
        out.beginObject().member("Id", image.id().toString());
        out.member("RepoTags", tags(stored)).member("RepoDigests", digests(stored));
        out.member("Parent", "").member("Comment", comment(config));
        out.member("Created", config.created() == null ? null : Rfc3339.format(config.created()));
        out.member("DockerVersion", "").member("Author", orEmpty(config.author()));
        writeConfig(out, config.config());
        writePlatform(out, config.platform());
        out.member("Size", catalog.size(stored));
        out.name("GraphDriver").beginObject().member("Data", (String) null);
        out.member("Name", "overlay2").endObject();
        out.name("RootFS").beginObject().member("Type", "layers").name("Layers").beginArray();
        for (Digest diffId : config.diffIds()) {
            out.value(diffId.toString());
        }
        out.endArray().endObject();
        writeTarget(out, stored);
        out.endObject();
    }

    private static void writePlatform(JsonWriter out, Platform platform) {
        out.member("Architecture", platform.architecture())
                .memberUnlessEmpty("Variant", platform.variant())
                .member("Os", platform.os())
                .memberUnlessEmpty("OsVersion", platform.osVersion());
    }

    private static void writeTarget(JsonWriter out, StoredImage stored) {
        boolean everTagged = !stored.names().isEmpty();
        out.name("Metadata").beginObject();
        out.member("LastTagTime", everTagged ? Rfc3339.format(stored.taggedAt()) : ZERO_TIME);
        out.endObject();
        stored.target().write(out.name("Descriptor"));
    }

    private static List<String> tags(StoredImage stored) {
        return stored.names().stream()
                .filter(name -> name.digest() == null)
                .map(Reference::familiar)
                .toList();
    }

    private static SortedSet<String> digests(StoredImage stored) {
        var digests = new TreeSet<String>();
        for (Reference name : stored.names()) {
            if (name.digest() != null) {
                digests.add(name.familiarName() + "@" + name.digest());
            }
        }
        return digests;
    }

    private static String comment(ImageConfig config) {
        return config.history().isEmpty() ? "" : orEmpty(config.history().getLast().comment());
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /// Docker's own type of a container's configuration, whose members are mostly not optional.
    private static void writeConfig(JsonWriter out, RunConfig config) {
        out.name("Config").beginObject();
        out.member("Hostname", "").member("Domainname", "").member("User", config.user());
        out.member("AttachStdin", false)
                .member("AttachStdout", false)
                .member("AttachStderr", false);
        RunConfig.writeNames(out, "ExposedPorts", config.exposedPorts());
        out.member("Tty", false).member("OpenStdin", false).member("StdinOnce", false);
        out.member("Env", config.env().isEmpty() ? null : config.env());
        out.member("Cmd", config.cmd());
        if (config.healthcheck() != null) {
            config.healthcheck().write(out.name("Healthcheck"));
        }
        if (config.argsEscaped()) {
            out.member("ArgsEscaped", true);
        }
        out.member("Image", "");
        if (config.volumes().isEmpty()) {
            out.member("Volumes", (String) null);
        } else {
            RunConfig.writeNames(out, "Volumes", config.volumes());
        }
        out.member("WorkingDir", config.workingDir()).member("Entrypoint", config.entrypoint());
        out.member("OnBuild", config.onBuild().isEmpty() ? null : config.onBuild());
        out.member("Labels", config.labels().isEmpty() ? null : config.labels());
        out.memberUnlessEmpty("StopSignal", config.stopSignal());
        out.memberUnlessEmpty("Shell", config.shell()).endObject();
    }
}
