package dev.slipway.cli;

import dev.slipway.build.Annotation;
import dev.slipway.build.BuildRequest;
import dev.slipway.build.ImageOptions;
import dev.slipway.build.Output;
import dev.slipway.build.Packaging;
import dev.slipway.build.ProvenanceOptions;
import dev.slipway.build.Publisher;
import dev.slipway.build.Squash;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Turns the flags of `slipway build` that say what is made of the result into a request.
final class OutputArguments {
    private static final String PLATFORM_VARIABLE = "DOCKER_DEFAULT_PLATFORM";

    /// What `--allow` calls the right to delete files where a result goes.
    static final String LOCAL_DELETE = "buildx.local.delete";

    private final Parsed line;
    private final Session session;

    OutputArguments(Parsed line, Session session) {
        this.line = line;
        this.session = session;
    }

    void addTo(BuildRequest.Builder request) throws UsageException, IOException {
        request.platforms(platforms());
        for (String tag : line.texts(BuildFlags.TAG)) {
            if (Reference.parse(tag).digest() != null) {
                throw Parsed.wrongValue(BuildFlags.TAG, tag, "a name without digest");
            }
            request.tag(tag);
        }
        for (Output output : outputs()) {
            request.output(output);
        }
        request.standardOutput(session::dataOut);
        request.packaging(packaging());
        if (line.is(BuildFlags.PUSH) || line.has(BuildFlags.OUTPUT)) {
            request.publisher(
                    Publisher.registries(listener -> RegistryAccess.open(session, listener)));
        }
    }

    private List<Platform> platforms() throws UsageException, IOException {
        List<String> given = line.texts(BuildFlags.PLATFORM);
        String standard = session.variable(PLATFORM_VARIABLE);
        if (given.isEmpty() && standard != null) {
            given = List.of(standard);
        }
        List<Platform> platforms = new ArrayList<>();
        for (String list : given) {
            for (String text : list.split(",", -1)) {
                String platform = text.strip();
                platforms.add(
                        platform.equals("local") ? Platform.host() : Platform.parse(platform));
            }
        }
        return platforms;
    }

    private List<Output> outputs() throws UsageException {
        List<Output> outputs = new ArrayList<>();
        boolean push = line.is(BuildFlags.PUSH);
        boolean pushed = false;
        boolean stored = false;
        for (String text : line.texts(BuildFlags.OUTPUT)) {
            Output output = output(text);
            if (push && output instanceof Output.Image image) {
                output = pushed(image);
                pushed = true;
            }
            stored |= output instanceof Output.Image image && image.store();
            outputs.add(output);
        }
        if (push && !pushed) {
            boolean store = outputs.isEmpty() && line.is(BuildFlags.LOAD);
            outputs.add(pushed(new Output.Image(List.of(), ImageOptions.PLAIN, store, null)));
            stored |= store;
        }
        if (line.is(BuildFlags.LOAD) && !outputs.isEmpty() && !stored) {
            outputs.add(new Output.Image(List.of()));
        }
        return outputs;
    }

    private static Output pushed(Output.Image image) {
        Output.Push how = image.push() == null ? new Output.Push(false, false) : image.push();
        return new Output.Image(image.names(), image.options(), image.store(), how);
    }

    private Output output(String text) throws UsageException {
        Output output;
        try {
            output = Output.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new UsageException("invalid --output: " + wrong.getMessage());
        }
        if (output.toStandardOutput() && session.console().isOutTerminal()) {
            throw new UsageException(
                    "an archive is not written to a terminal",
                    "Give dest=FILE, or send standard output elsewhere.");
        }
        if (output instanceof Output.LocalDirectory local && local.delete() && !mayDelete()) {
            throw new UsageException(
                    "mode=delete removes what the result does not have from " + local.destination(),
                    "Allow it with --allow buildx.local.delete.");
        }
        return output;
    }

    private boolean mayDelete() {
        for (String list : line.texts(BuildRunFlags.ALLOW)) {
            for (String entitlement : list.split(",", -1)) {
                if (entitlement.equals(LOCAL_DELETE)) {
                    return true;
                }
            }
        }
        return false;
    }

    private @Nullable Packaging packaging() throws UsageException {
        boolean plain = true;
        for (Option option : BuildFlags.PACKAGING) {
            plain &= !line.has(option);
        }
        String metadata = session.variable("BUILDX_METADATA_PROVENANCE");
        if (plain && metadata == null) {
            return null;
        }
        return new Packaging(
                squash(), annotations(), provenance(), List.of(), metadataProvenance(metadata));
    }

    private Squash squash() throws UsageException {
        String way = line.text(BuildFlags.SQUASH, "false");
        try {
            return Squash.of(way);
        } catch (IllegalArgumentException _) {
            throw Parsed.wrongValue(BuildFlags.SQUASH, way, "all, new or stage");
        }
    }

    private List<Annotation> annotations() throws UsageException {
        List<Annotation> annotations = new ArrayList<>();
        for (String text : line.texts(BuildFlags.ANNOTATION)) {
            try {
                annotations.addAll(Annotation.parse(text));
            } catch (IllegalArgumentException wrong) {
                throw new UsageException("invalid --annotation: " + wrong.getMessage());
            }
        }
        return annotations;
    }

    /// `--provenance` has the last word, as in buildx.
    private @Nullable ProvenanceOptions provenance() throws UsageException {
        String text = null;
        for (String attest : line.texts(BuildFlags.ATTEST)) {
            CommaFields fields = new CommaFields(BuildFlags.ATTEST, attest);
            String type = fields.take("type");
            if ("sbom".equals(type)) {
                requireNoSbom(fields.takeFlag("disabled") ? "false" : "true");
            } else if (!"provenance".equals(type)) {
                throw Parsed.wrongValue(BuildFlags.ATTEST, attest, "type=provenance or type=sbom");
            } else {
                text = attest;
            }
        }
        requireNoSbom(line.text(BuildFlags.SBOM, "false"));
        if (line.has(BuildFlags.PROVENANCE)) {
            text = line.text(BuildFlags.PROVENANCE);
        }
        try {
            return text == null ? null : ProvenanceOptions.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new UsageException("invalid provenance: " + wrong.getMessage());
        }
    }

    private static void requireNoSbom(String value) throws UsageException {
        if (!value.equals("false") && !value.equals("0")) {
            throw new UsageException(
                    "--sbom is not available: this version lists no packages",
                    "Leave it out, or give --sbom=false; a scanner can read the result of"
                            + " -o type=oci,dest=FILE.");
        }
    }

    private static @Nullable ProvenanceOptions metadataProvenance(@Nullable String wish)
            throws UsageException {
        return switch (wish == null ? "min" : wish) {
            case "", "min", "true", "1" -> ProvenanceOptions.MIN;
            case "max" -> ProvenanceOptions.parse("mode=max");
            case "disabled", "false", "0" -> null;
            default ->
                    throw new UsageException(
                            "invalid BUILDX_METADATA_PROVENANCE \"" + wish + "\"",
                            "It takes min, max or disabled.");
        };
    }
}
