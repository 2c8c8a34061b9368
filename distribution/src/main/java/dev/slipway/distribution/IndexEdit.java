package dev.slipway.distribution;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.ImageException;
import dev.slipway.image.Index;
import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Changes what an index in a registry says of its manifests: their platforms, and annotations.
/// What it does not change, known or not, stays as it is; the tag then stands for the new index.
public final class IndexEdit {
    private static final String PLATFORM = "platform";
    private static final String ANNOTATIONS = "annotations";

    private final Map<String, Json> members;
    private final List<Json.Obj> entries;
    private final RemoteManifest before;

    /// Members of a platform: OCI image-spec, `image-index.md`. Null or empty: left as it is.
    public record PlatformChange(
            @Nullable String os,
            @Nullable String architecture,
            @Nullable String variant,
            @Nullable String osVersion,
            List<String> osFeatures) {
        public PlatformChange {
            osFeatures = List.copyOf(osFeatures);
        }
    }

    private IndexEdit(RemoteManifest before) throws ImageException {
        this.before = before;
        Json.Obj json = Json.parseObject(before.raw());
        this.members = new LinkedHashMap<>(json.members());
        this.entries = new ArrayList<>(json.objects("manifests"));
    }

    /// Reads an index.
    ///
    /// @throws ImageException if it is none
    public static IndexEdit of(Reference name, RemoteManifest manifest) throws ImageException {
        if (!manifest.isIndex()) {
            throw new ImageException(
                    name.familiar() + " is one image, and no index of several",
                    "slipway manifest create makes an index.",
                    null);
        }
        return new IndexEdit(manifest);
    }

    /// The only entry that points to an image.
    ///
    /// @param name for messages
    /// @param image what the user named: one of the manifests, or an index of which one is here
    /// @return its place among the entries
    public int find(Reference name, RemoteManifest image) throws ImageException {
        var wanted = new ArrayList<Digest>();
        wanted.add(image.descriptor().digest());
        if (image.isIndex()) {
            for (Descriptor each : image.index().manifests()) {
                if (!Index.isAttestation(each)) {
                    wanted.add(each.digest());
                }
            }
        }
        int found = -1;
        for (int i = 0; i < entries.size(); i++) {
            if (wanted.contains(digest(i))) {
                if (found >= 0) {
                    throw new ImageException(
                            name.familiar() + " stands for several manifests of the index",
                            "Name one by its digest.",
                            null);
                }
                found = i;
            }
        }
        if (found < 0) {
            throw new ImageException(
                    "the index has no manifest of " + name.familiar(),
                    "slipway manifest inspect --summary shows those it has.",
                    null);
        }
        return found;
    }

    private Digest digest(int entry) throws ImageException {
        return Digest.parse(entries.get(entry).requiredText("digest"));
    }

    /// The entries for a platform; all that are images if it is null.
    public List<Integer> ofPlatform(@Nullable Platform wanted) throws ImageException {
        var found = new ArrayList<Integer>();
        for (int i = 0; i < entries.size(); i++) {
            Descriptor entry = Descriptor.parse(entries.get(i));
            boolean meant = wanted == null || wanted.equals(entry.platform());
            if (meant && !Index.isAttestation(entry)) {
                found.add(i);
            }
        }
        return found;
    }

    /// Changes the platform of an entry.
    public void platform(int entry, PlatformChange change) throws ImageException {
        Json.Obj old = entries.get(entry).object(PLATFORM);
        var platform = new LinkedHashMap<String, Json>();
        if (old != null) {
            platform.putAll(old.members());
        }
        set(platform, "architecture", change.architecture());
        set(platform, "os", change.os());
        set(platform, "os.version", change.osVersion());
        set(platform, "variant", change.variant());
        if (!change.osFeatures().isEmpty()) {
            var features = new ArrayList<Json>();
            change.osFeatures().forEach(each -> features.add(new Json.Str(each)));
            platform.put("os.features", new Json.Arr(features));
        }
        for (String needed : List.of("architecture", "os")) {
            if (!platform.containsKey(needed)) {
                throw new ImageException(
                        "the entry " + digest(entry) + " has no " + needed + " yet",
                        "Give --os and --arch.",
                        null);
            }
        }
        put(entry, PLATFORM, new Json.Obj(platform));
    }

    private static void set(Map<String, Json> members, String name, @Nullable String value) {
        if (value != null) {
            members.put(name, new Json.Str(value));
        }
    }

    /// Sets an annotation of an entry.
    public void annotate(int entry, String key, String value) throws ImageException {
        put(entry, ANNOTATIONS, with(entries.get(entry).object(ANNOTATIONS), key, value));
    }

    /// Sets an annotation of the index itself.
    public void annotate(String key, String value) throws ImageException {
        requireOci();
        members.put(ANNOTATIONS, with(new Json.Obj(members).object(ANNOTATIONS), key, value));
    }

    private void requireOci() throws ImageException {
        if (!before.descriptor().mediaType().equals(MediaTypes.OCI_INDEX)) {
            throw new ImageException(
                    "a Docker manifest list has no place for annotations",
                    "slipway manifest create makes an OCI index of its images.",
                    null);
        }
    }

    private static Json.Obj with(Json.@Nullable Obj annotations, String key, String value) {
        var all = new LinkedHashMap<String, Json>();
        if (annotations != null) {
            all.putAll(annotations.members());
        }
        all.put(key, new Json.Str(value));
        return new Json.Obj(all);
    }

    private void put(int entry, String name, Json value) throws ImageException {
        if (name.equals(ANNOTATIONS)) {
            requireOci();
        }
        var changed = new LinkedHashMap<>(entries.get(entry).members());
        changed.put(name, value);
        entries.set(entry, new Json.Obj(changed));
    }

    /// Puts the index, with its changes, under the tag of `name`.
    ///
    /// @throws ImageException if the name is a digest, which stands for no other index ever
    public Pushed put(Registries registries, Reference name) throws IOException {
        if (name.digest() != null) {
            throw new ImageException(
                    "what a digest stands for cannot be changed: " + name.familiar(),
                    "Name the index by a tag.",
                    null);
        }
        members.put("manifests", new Json.Arr(List.copyOf(entries)));
        Reference to = name.withDefaultTag();
        Json.Obj changed = new Json.Obj(members);
        if (changed.equals(Json.parseObject(before.raw()))) {
            return new Pushed(to, before.descriptor(), false);
        }
        byte[] raw = JsonWriter.compact().value(changed).toBytes();
        Descriptor descriptor =
                Descriptor.of(before.descriptor().mediaType(), Digest.sha256(raw), raw.length);
        new Publication(registries.repository(to), new RemoteManifest(descriptor, raw))
                .put(String.valueOf(to.tag()));
        return new Pushed(to, descriptor, true);
    }

    /// Reads what a name stands for in its registry.
    ///
    /// @throws RegistryException if there is nothing
    public static RemoteManifest require(Registries registries, Reference name) throws IOException {
        Optional<RemoteManifest> found = registries.repository(name).find(Registries.wanted(name));
        if (found.isPresent()) {
            return found.get();
        }
        throw new RegistryException(
                "there is no image " + name.familiar() + " in " + name.registry(),
                null,
                name.registry(),
                404,
                "MANIFEST_UNKNOWN",
                null);
    }
}
