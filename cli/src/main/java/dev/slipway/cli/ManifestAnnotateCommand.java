package dev.slipway.cli;

import dev.slipway.build.Annotation;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.distribution.IndexEdit;
import dev.slipway.distribution.Pushed;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.TransferListener;
import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `slipway manifest annotate`: changes what an index in a registry says of its manifests.
final class ManifestAnnotateCommand implements Command {
    private static final Option OS = Option.value("os", "OS", "Operating system of MANIFEST");
    private static final Option ARCH = Option.value("arch", "ARCH", "Processor of MANIFEST");
    private static final Option VARIANT =
            Option.value("variant", "VARIANT", "Variant of the processor, such as v7");
    private static final Option OS_VERSION =
            Option.value("os-version", "VERSION", "Version of the operating system");
    private static final Option OS_FEATURES =
            Option.list("os-features", "NAME[,NAME]", "Features of the operating system");
    private static final Option ANNOTATION =
            Option.list(
                    "annotation",
                    "[TYPE:]KEY=VALUE",
                    "Annotate the entry of MANIFEST, or the index if none is named; TYPE is index"
                            + " or manifest-descriptor[PLATFORM]");

    @Override
    public CommandSpec spec() {
        return new CommandSpec(
                        "manifest annotate", "Change what an index says of its images' platforms")
                .usage("[OPTIONS] NAME[:TAG] [MANIFEST]")
                .arguments(1, 2, Option.Offer.NOTHING)
                .options("Platform", OS, ARCH, VARIANT, OS_VERSION, OS_FEATURES)
                .options("Annotations", ANNOTATION)
                .options(
                        "Registry",
                        RegistryAccess.AUTH_FILE,
                        RegistryAccess.CREDS,
                        RegistryAccess.TLS_VERIFY)
                .describe(
                        """
                        NAME is an index in a registry, as manifest create makes it, MANIFEST one of its images by name or digest. The tag stands for the changed index at once; there is nothing to push afterwards.

                        Images themselves are not changed, nor what the index says besides.\
                        """)
                .example(
                        "An image whose config says too little",
                        "slipway manifest annotate --os linux --arch arm --variant v7"
                                + " r.example/app:1 r.example/app:1-armv7")
                .example(
                        "A description of the index",
                        "slipway manifest annotate --annotation"
                                + " org.opencontainers.image.description=App r.example/app:1");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        Reference name = Reference.parse(line.argument());
        String image = line.arguments().size() > 1 ? line.arguments().get(1) : null;
        IndexEdit.PlatformChange platform = platform(line);
        if (image == null && platform != null) {
            throw new UsageException("a platform is that of a MANIFEST, and none is named");
        }
        if (platform == null && !line.has(ANNOTATION)) {
            throw new UsageException("nothing is to be changed");
        }
        Annotation.Kind usual =
                image == null ? Annotation.Kind.INDEX : Annotation.Kind.MANIFEST_DESCRIPTOR;
        Annotations annotations = Annotations.parse(ANNOTATION, line.texts(ANNOTATION), usual);
        Reference manifest = image == null ? null : Reference.parse(image);
        try (Registries registries = RegistryAccess.open(line, session, TransferListener.none())) {
            Pushed changed =
                    RegistryAccess.stoppably(
                            session,
                            () -> change(registries, name, manifest, platform, annotations));
            session.out().println(changed.name().canonical() + "@" + changed.target().digest());
        }
        return Main.OK;
    }

    private static IndexEdit.@Nullable PlatformChange platform(Parsed line) throws UsageException {
        List<String> features = new ArrayList<>();
        for (String list : line.texts(OS_FEATURES)) {
            features.addAll(List.of(list.split(",", -1)));
        }
        for (Option option : new Option[] {OS, ARCH, VARIANT, OS_VERSION, OS_FEATURES}) {
            if (line.has(option)) {
                return new IndexEdit.PlatformChange(
                        line.text(OS),
                        line.text(ARCH),
                        line.text(VARIANT),
                        line.text(OS_VERSION),
                        features);
            }
        }
        return null;
    }

    private static Pushed change(
            Registries registries,
            Reference name,
            @Nullable Reference manifest,
            IndexEdit.@Nullable PlatformChange platform,
            Annotations annotations)
            throws IOException {
        IndexEdit edit = IndexEdit.of(name, IndexEdit.require(registries, name));
        for (Map.Entry<String, String> each : annotations.ofIndex().entrySet()) {
            edit.annotate(each.getKey(), each.getValue());
        }
        if (manifest == null) {
            annotations.annotateEntries(edit);
            return edit.put(registries, name);
        }
        int entry = edit.find(manifest, IndexEdit.require(registries, manifest));
        if (platform != null) {
            edit.platform(entry, platform);
        }
        for (Annotation each : annotations.ofEntries()) {
            edit.annotate(entry, each.key(), each.value());
        }
        return edit.put(registries, name);
    }
}
