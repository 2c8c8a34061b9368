package dev.slipway.build;

import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// All that is attested of the results of a build: worked out once, when the first output that
/// shows it is served.
final class Attestations {
    private final Workshop shop;
    private final List<Product> products;
    private final ProvenanceFacts facts;
    private @Nullable List<List<Attestation>> all;
    private @Nullable Revision revision;
    private boolean asked;

    Attestations(Workshop shop, List<Product> products, ProvenanceFacts facts) {
        this.shop = shop;
        this.products = products;
        this.facts = facts;
    }

    /// What is attested of each result, in their order.
    List<List<Attestation>> all() throws BuildException, IOException, InterruptedException {
        if (all == null) {
            var made = new ArrayList<List<Attestation>>();
            for (var product : products) {
                made.add(of(product));
            }
            all = made;
        }
        return all;
    }

    private List<Attestation> of(Product product)
            throws BuildException, IOException, InterruptedException {
        var packaging = shop.request().packaging();
        if (packaging == null) {
            return List.of();
        }
        var said = new ArrayList<Attestation>();
        for (var attestor : packaging.attestors()) {
            said.add(asked(attestor, product));
        }
        var provenance = packaging.provenance();
        if (provenance != null) {
            said.add(Provenance.of(provenance, facts, revision(), product));
        }
        return said;
    }

    /// Of the context, asked once.
    private @Nullable Revision revision() throws IOException, InterruptedException {
        var context = facts.request().context();
        if (!asked && context != null) {
            asked = true;
            revision = Revision.of(context);
        }
        return revision;
    }

    private Attestation asked(Attestor attestor, Product product)
            throws BuildException, IOException {
        var out = JsonWriter.compact();
        try (var files = shop.view(product.snapshot())) {
            attestor.attest(files, product.target().platform(), out);
        }
        var predicate = Json.parseObject(out.toBytes());
        return new Attestation(
                attestor.predicateType(),
                attestor.fileName(),
                false,
                json -> json.value(predicate));
    }

    /// What the metadata file says of how each result was made; empty if it says nothing.
    List<Attestation> forMetadata() throws IOException, InterruptedException {
        var packaging = shop.request().packaging();
        var options = packaging == null ? ProvenanceOptions.MIN : packaging.metadataProvenance();
        if (options == null) {
            return List.of();
        }
        var said = new ArrayList<Attestation>();
        for (var product : products) {
            said.add(Provenance.of(options, facts, revision(), product));
        }
        return said;
    }
}
