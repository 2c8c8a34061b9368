package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The last part of a build: from the results of its steps to images and outputs.
final class Delivery {
    private final Workshop shop;
    private final BuildPlan plan;
    private final BuildInput input;
    private final String buildId;
    private final Instant started;
    private final @Nullable InlineCache inline;

    /// @param inline what caches the images hold; null: none
    Delivery(
            Workshop shop,
            BuildPlan plan,
            BuildInput input,
            String buildId,
            Instant started,
            @Nullable InlineCache inline) {
        this.shop = shop;
        this.plan = plan;
        this.input = input;
        this.buildId = buildId;
        this.started = started;
        this.inline = inline;
    }

    /// Makes the images and serves all outputs.
    ///
    /// @param snapshots of the plan's targets, in their order
    /// @param cached how many steps came from the cache
    /// @param made how many steps were made
    BuildResult deliver(List<Snapshot> snapshots, int cached, int made)
            throws BuildException, IOException, InterruptedException {
        var products = products(snapshots);
        var attestations = attestations(products);
        var exported = new Exports(shop, products, attestations).export();
        var first = products.getFirst().image();
        boolean several = products.size() > 1;
        var result =
                new BuildResult(
                        buildId,
                        several ? exported.root().digest() : first.imageId(),
                        exported.root(),
                        exported.names(),
                        first.diffIds(),
                        cached,
                        made);
        new ResultFiles(shop.request()).write(result, attestations);
        return result;
    }

    private List<Product> products(List<Snapshot> snapshots)
            throws BuildException, IOException, InterruptedException {
        var assembly = new ImageAssembly(shop, inline);
        var products = new ArrayList<Product>();
        for (int i = 0; i < snapshots.size(); i++) {
            var target = plan.targets().get(i);
            var snapshot = snapshots.get(i);
            products.add(new Product(target, snapshot, assembly.assemble(target, snapshot)));
        }
        return products;
    }

    private @Nullable Attestations attestations(List<Product> products) {
        var request = shop.request();
        if (request.packaging() == null && request.metadataFile() == null) {
            return null;
        }
        var finished = shop.events().clock().instant();
        var facts =
                new ProvenanceFacts(
                        request, input.dockerfile(), buildId, started, finished, input.material());
        return new Attestations(shop, products, facts);
    }
}
