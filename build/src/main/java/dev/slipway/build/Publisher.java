package dev.slipway.build;

import dev.slipway.distribution.Registries;
import dev.slipway.distribution.TransferListener;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Layer;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;
import dev.slipway.image.compress.Compression;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/// Puts images into registries: a registry client plugs in here.
public interface Publisher {
    /// Pushes an image of the store with all it consists of.
    ///
    /// @param root a manifest, or an index whose manifests are all in the store
    /// @param names at least one; each with a tag, which is not set when pushing by digest alone
    /// @param progress told what is being done
    /// @throws IOException if it cannot be done; the message names the registry
    void push(
            Store store,
            Descriptor root,
            List<Reference> names,
            Output.Push options,
            Progress progress)
            throws IOException, InterruptedException;

    /// Prepares a push whose image is being built.
    ///
    /// @param name whose repository counts
    /// @param compression of the image's layers
    /// @return what layers are sent with; null if all are sent by [#push]
    default @Nullable Ahead ahead(
            Store store,
            Reference name,
            Compression compression,
            Output.Push options,
            Progress progress) {
        return null;
    }

    /// Sends layers before their image is made. Thread-safe.
    interface Ahead extends AutoCloseable {
        /// Makes sure that images may be pushed there.
        ///
        /// @throws IOException if not, or if that cannot be told
        void check() throws IOException;

        /// Sends a layer, unless it is there.
        void push(Layer layer) throws IOException;

        @Override
        void close();
    }

    /// Puts images where their names say.
    ///
    /// @param registries opens the registries; told of transfers is who is given
    static Publisher registries(Function<TransferListener, Registries> registries) {
        return new RegistryPublisher(registries);
    }

    /// Told of pieces of work, which may overlap.
    interface Progress {
        /// A piece was begun.
        ///
        /// @param id unique among the pieces of one push
        void began(String id, String what);

        /// A piece ended.
        ///
        /// @param nanos how long it took
        /// @param error why it failed; null when it did not
        void ended(String id, String what, long nanos, @Nullable String error);
    }
}
