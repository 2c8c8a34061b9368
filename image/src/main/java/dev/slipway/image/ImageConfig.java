package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/// An image's configuration: OCI image-spec, `config.md`. Members it does not know are not kept;
/// whoever needs the exact bytes of a stored configuration reads its blob.
///
/// @param created null when not known
/// @param config how the image is run
/// @param diffIds digests of the uncompressed layers, the lowest first
public record ImageConfig(
        @Nullable Instant created,
        @Nullable String author,
        Platform platform,
        RunConfig config,
        List<Digest> diffIds,
        List<History> history) {

    /// The longest configuration that is read, in bytes.
    public static final int MAX_BYTES = 4 << 20;

    public ImageConfig {
        diffIds = List.copyOf(diffIds);
        history = List.copyOf(history);
    }

    /// Reads a configuration.
    ///
    /// @throws ImageException if it is too long or malformed
    public static ImageConfig parse(byte[] raw) throws ImageException {
        if (raw.length > MAX_BYTES) {
            throw new InvalidImageException(
                    "an image configuration longer than " + MAX_BYTES + " bytes");
        }
        Json.Obj json = Json.parseObject(raw);
        String created = json.text("created");
        Platform platform = Descriptor.parsePlatform(json);
        Json.Obj rootfs = json.object("rootfs");
        var history = new ArrayList<History>();
        for (Json.Obj each : json.objects("history")) {
            history.add(History.parse(each));
        }
        return new ImageConfig(
                created == null ? null : Rfc3339.parse(created),
                json.text("author"),
                platform == null ? Platform.of("linux", "amd64") : platform,
                RunConfig.parse(json.object("config")),
                rootfs == null ? List.of() : diffIds(rootfs),
                history);
    }

    private static List<Digest> diffIds(Json.Obj rootfs) throws ImageException {
        List<String> texts = rootfs.texts("diff_ids");
        if (texts == null) {
            return List.of();
        }
        if (texts.size() > Manifest.MAX_LAYERS) {
            throw new InvalidImageException(
                    "a configuration of more than " + Manifest.MAX_LAYERS + " layers");
        }
        var diffIds = new ArrayList<Digest>(texts.size());
        for (String text : texts) {
            diffIds.add(Digest.parse(text));
        }
        return diffIds;
    }

    /// Returns the configuration as JSON; equal configurations give equal bytes. Members stand in
    /// alphabetical order, as BuildKit writes them.
    public byte[] toJson() {
        return toJson(Collections.emptySortedMap());
    }

    /// Returns the configuration as JSON with further members behind those of the specification.
    ///
    /// @param more their texts, by name
    public byte[] toJson(SortedMap<String, String> more) {
        var out =
                JsonWriter.compact()
                        .beginObject()
                        .member("architecture", platform.architecture())
                        .memberUnlessEmpty("author", author);
        config.write(out.name("config"));
        out.memberUnlessEmpty("created", created == null ? null : Rfc3339.format(created));
        if (!history.isEmpty()) {
            out.name("history").beginArray();
            for (History each : history) {
                each.write(out);
            }
            out.endArray();
        }
        out.member("os", platform.os()).memberUnlessEmpty("os.version", platform.osVersion());
        out.name("rootfs").beginObject().member("type", "layers").name("diff_ids").beginArray();
        for (Digest diffId : diffIds) {
            out.value(diffId.toString());
        }
        out.endArray().endObject().memberUnlessEmpty("variant", platform.variant());
        for (var each : more.entrySet()) {
            out.member(each.getKey(), each.getValue());
        }
        return out.endObject().toBytes();
    }

    /// Returns the digest of [#toJson()], the image's ID once stored so.
    public Digest id() {
        return Digest.sha256(toJson());
    }
}
