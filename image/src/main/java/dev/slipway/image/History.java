package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// How one layer, or one change of the configuration, came about: OCI image-spec, `config.md`.
///
/// @param created null when not known
/// @param createdBy the instruction or command, "" when not known
/// @param emptyLayer whether the step made no layer
public record History(
        @Nullable Instant created,
        String createdBy,
        @Nullable String author,
        @Nullable String comment,
        boolean emptyLayer) {

    static History parse(Json.Obj json) throws InvalidJsonException {
        String created = json.text("created");
        return new History(
                created == null ? null : Rfc3339.parse(created),
                json.text("created_by", ""),
                json.text("author"),
                json.text("comment"),
                json.flag("empty_layer"));
    }

    void write(JsonWriter out) {
        out.beginObject()
                .memberUnlessEmpty("created", created == null ? null : Rfc3339.format(created))
                .memberUnlessEmpty("created_by", createdBy)
                .memberUnlessEmpty("author", author)
                .memberUnlessEmpty("comment", comment);
        if (emptyLayer) {
            out.member("empty_layer", true);
        }
        out.endObject();
    }
}
