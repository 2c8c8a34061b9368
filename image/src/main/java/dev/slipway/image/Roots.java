package dev.slipway.image;

import java.io.IOException;

/// Somebody who refers to objects of the store: cache records, containers, build records. Asked by
/// the collector while it holds its lock, so it must be quick and take no lock of the store.
public interface Roots {
    /// Names everything in use.
    ///
    /// @throws IOException if that cannot be told; the collector then takes nothing
    void mark(Store store, Marks marks) throws IOException;
}
