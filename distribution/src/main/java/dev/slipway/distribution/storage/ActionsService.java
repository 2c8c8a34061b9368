package dev.slipway.distribution.storage;

import dev.slipway.distribution.BlobSource;
import dev.slipway.distribution.http.HttpResponse;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;

/// One version of the cache service of GitHub Actions. An entry is written once; it is found by its
/// key or the beginning of it, the newest first.
interface ActionsService {
    /// What was found.
    ///
    /// @param key the whole one
    /// @param location where its content is; a secret, as whoever has it may read
    record Entry(String key, URI location) {}

    /// The entry whose key is, or begins with, `key`; null if there is none.
    @Nullable Entry find(String key) throws IOException;

    /// Keeps an entry.
    ///
    /// @return false if there is one of that key already, or another client is writing it
    boolean save(String key, BlobSource content) throws IOException;

    /// Asks for the content of an entry from a byte on.
    HttpResponse open(Entry entry, long from) throws IOException;
}
