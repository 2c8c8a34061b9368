package dev.slipway.build;

import dev.slipway.image.FileTree;
import dev.slipway.image.JsonWriter;
import dev.slipway.image.Platform;

import java.io.IOException;

/// Says something of what a build made, such as which software is in it: a generator of SBOMs plugs
/// in here. Its statement is put beside the image, or the files, as that of the provenance is.
public interface Attestor {
    /// What kind of statement it makes, as a URI.
    String predicateType();

    /// What the statement is called as a file, such as `sbom.spdx.json`.
    String fileName();

    /// Writes the statement's predicate, as one JSON value.
    ///
    /// @param files of the result
    void attest(FileTree files, Platform platform, JsonWriter out) throws IOException;
}
