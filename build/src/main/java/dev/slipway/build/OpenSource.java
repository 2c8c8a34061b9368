package dev.slipway.build;

import java.io.IOException;

/// An address that an `ADD` names while nothing in the Dockerfile says what must be there: its
/// content changes with its server.
public interface OpenSource {
    /// What a lock calls it, without credentials: `https://host/file`, `https://host/name.git#ref`.
    String address();

    /// Asks what is there now; a file that is not known to be unchanged is downloaded into the
    /// store.
    ///
    /// @return what `ADD --checksum` would say of it: `sha256:…`, or a commit
    String current() throws BuildException, IOException, InterruptedException;
}
