package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Index;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Reference;
import dev.slipway.image.compress.Compression;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The images of a build in the forms that outputs ask for: compressed, annotated, of several
/// platforms in one index, with what is attested of them. All blobs of a form are put into the
/// store, whose lease keeps them until the build is over.
final class ImageForms {
    private final Workshop shop;
    private final Result result;

    /// What forms are made of.
    ///
    /// @param products one for each platform
    /// @param multi whether an index is made whatever the number of platforms
    /// @param annotations for every form
    /// @param attestations for each product, in their order
    record Result(
            List<Product> products,
            boolean multi,
            List<Annotation> annotations,
            List<List<Attestation>> attestations) {
        boolean isIndex() {
            boolean attested = false;
            for (var said : attestations) {
                attested |= !said.isEmpty();
            }
            return multi || products.size() > 1 || attested;
        }
    }

    ImageForms(Workshop shop, Result result) {
        this.shop = shop;
        this.result = result;
    }

    /// The manifest, or index, of the form that `options` ask for.
    ///
    /// @param names the image will have there
    Descriptor root(ImageOptions options, List<Reference> names)
            throws BuildException, IOException {
        var annotations = new ArrayList<>(result.annotations());
        annotations.addAll(options.annotations());
        boolean docker = options.usesDockerTypes();
        if (docker && !annotations.isEmpty()) {
            shop.events().warn("annotations make manifests OCI's, oci-mediatypes=false or not");
            docker = false;
        }
        if (docker && options.compression() instanceof Compression.Zstd) {
            shop.events().warn("zstd makes manifests OCI's, oci-mediatypes=false or not");
            docker = false;
        }
        if (!result.isIndex()) {
            return manifest(result.products().getFirst(), options, annotations, docker)
                    .withPlatform(null);
        }
        var entries = new ArrayList<Descriptor>();
        var attested = new ArrayList<Descriptor>();
        var writer = new AttestationManifest(shop.store(), options.ociArtifact(), docker);
        for (int i = 0; i < result.products().size(); i++) {
            var product = result.products().get(i);
            var entry = manifest(product, options, annotations, docker);
            entries.add(entry);
            var said = result.attestations().get(i);
            if (!said.isEmpty()) {
                attested.add(writer.put(entry, product.target().platform(), names, said));
            }
        }
        entries.addAll(attested);
        var index =
                Index.of(
                        docker ? MediaTypes.DOCKER_LIST : MediaTypes.OCI_INDEX,
                        entries,
                        of(Annotation.Kind.INDEX, annotations, null));
        shop.store().blobs().put(index.raw());
        return annotated(
                index.descriptor(), of(Annotation.Kind.INDEX_DESCRIPTOR, annotations, null));
    }

    /// One platform's manifest, as an index has it.
    private Descriptor manifest(
            Product product, ImageOptions options, List<Annotation> annotations, boolean docker)
            throws BuildException, IOException {
        var stored = product.image().manifest();
        var layers = layers(product, options, docker);
        var said = of(Annotation.Kind.MANIFEST, annotations, product);
        var config = stored.config();
        var manifest = stored;
        if (docker || !said.isEmpty() || !layers.equals(stored.layers())) {
            manifest =
                    Manifest.of(
                            docker ? MediaTypes.DOCKER_MANIFEST : MediaTypes.OCI_MANIFEST,
                            Descriptor.of(
                                    docker ? MediaTypes.DOCKER_CONFIG : MediaTypes.OCI_CONFIG,
                                    config.digest(),
                                    config.size()),
                            layers,
                            said);
            shop.store().blobs().put(manifest.raw());
        }
        return annotated(
                manifest.descriptor().withPlatform(product.target().platform()),
                of(Annotation.Kind.MANIFEST_DESCRIPTOR, annotations, product));
    }

    private List<Descriptor> layers(Product product, ImageOptions options, boolean docker)
            throws BuildException, IOException {
        var stored = product.image().manifest().layers();
        var wanted = options.compression();
        if (wanted == null && !docker) {
            return stored;
        }
        var compressed = options.forceCompression() ? List.<Descriptor>of() : base(product);
        var layers = new ArrayList<Descriptor>(stored.size());
        for (int i = 0; i < stored.size(); i++) {
            var plain = stored.get(i);
            var layer = plain;
            if (wanted != null && !(wanted instanceof Compression.None)) {
                var kept = i < compressed.size() ? compressed.get(i) : plain;
                layer =
                        isKept(kept, plain)
                                ? kept
                                : product.image().layers().get(i).compress(wanted);
            }
            layers.add(
                    new Descriptor(
                            mediaType(layer.mediaType(), docker),
                            layer.digest(),
                            layer.size(),
                            null,
                            layer.annotations()));
        }
        return layers;
    }

    /// Whether a layer of the base stays as its own manifest has it: compressed, and here.
    private boolean isKept(Descriptor kept, Descriptor plain) {
        return !kept.digest().equals(plain.digest())
                && MediaTypes.isLayer(kept.mediaType())
                && shop.store().blobs().contains(kept.digest());
    }

    /// The layers of the base image as its manifest has them; none if its layers were put together
    /// with others.
    private static List<Descriptor> base(Product product) {
        var diffIds = product.snapshot().base();
        if (product.image().squashed()) {
            return List.of();
        }
        Step at = product.target().step();
        for (var below = at.below(); below != null; below = at.below()) {
            at = below;
        }
        var image = at instanceof Step.Base base ? base.image() : null;
        if (image == null || image.manifest().layers().size() != diffIds.size()) {
            return List.of();
        }
        return image.manifest().layers();
    }

    private static String mediaType(String type, boolean docker) {
        boolean gzip = type.endsWith("gzip");
        boolean zstd = type.endsWith("zstd");
        if (docker) {
            return gzip
                    ? MediaTypes.DOCKER_LAYER_GZIP
                    : zstd ? MediaTypes.DOCKER_LAYER_ZSTD : MediaTypes.DOCKER_LAYER;
        }
        return gzip
                ? MediaTypes.OCI_LAYER_GZIP
                : zstd ? MediaTypes.OCI_LAYER_ZSTD : MediaTypes.OCI_LAYER;
    }

    private static SortedMap<String, String> of(
            Annotation.Kind kind, List<Annotation> annotations, @Nullable Product product) {
        var map = new TreeMap<String, String>();
        for (var annotation : annotations) {
            if (annotation.kind() == kind
                    && (product == null || annotation.isFor(product.target().platform()))) {
                map.put(annotation.key(), annotation.value());
            }
        }
        return map;
    }

    private static Descriptor annotated(Descriptor plain, SortedMap<String, String> annotations) {
        return new Descriptor(
                plain.mediaType(), plain.digest(), plain.size(), plain.platform(), annotations);
    }
}
