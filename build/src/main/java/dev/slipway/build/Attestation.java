package dev.slipway.build;

import dev.slipway.image.Digest;
import dev.slipway.image.JsonWriter;

import java.util.List;

/// Something said of a result, to be put beside it as an in-toto statement.
///
/// @param predicateType what kind of thing is said, as a URI
/// @param fileName of a statement that is written as a file
/// @param inlineOnly whether it is only put beside images, not beside files
record Attestation(String predicateType, String fileName, boolean inlineOnly, Predicate predicate) {
    private static final String STATEMENT = "https://in-toto.io/Statement/v1";

    /// Writes what is said, as one JSON value.
    interface Predicate {
        void write(JsonWriter out);
    }

    /// What it is said of.
    record Subject(String name, Digest digest) {}

    /// The statement: in-toto attestation spec, `statement.md`. It is not signed.
    byte[] statement(List<Subject> subjects, JsonWriter out) {
        out.beginObject().member("_type", STATEMENT).member("predicateType", predicateType);
        out.name("subject").beginArray();
        for (var subject : subjects) {
            out.beginObject().member("name", subject.name()).name("digest").beginObject();
            out.member(subject.digest().algorithm(), subject.digest().hex())
                    .endObject()
                    .endObject();
        }
        out.endArray();
        predicate.write(out.name("predicate"));
        return out.endObject().toBytes();
    }
}
