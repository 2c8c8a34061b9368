package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;

/// The flags of `slipway build`, spelled as docker and buildx spell them.
final class BuildFlags {
    static final Option FILE =
            Option.value(
                            "file",
                            'f',
                            "PATH",
                            "The Dockerfile; - reads it from standard input, a URL from the web")
                    .standard("PATH/Dockerfile")
                    .offers(Option.Offer.FILES);
    static final Option TARGET =
            Option.value("target", "STAGE", "Build this stage, and what it needs");
    static final Option BUILD_ARG =
            Option.list(
                    "build-arg",
                    "NAME[=VALUE]",
                    "Set an ARG; without a value, from the environment");
    static final Option PLATFORM =
            Option.list(
                    "platform",
                    "OS/ARCH[,OS/ARCH]",
                    "Platforms of the result; several make an index of images");
    static final Option LABEL = Option.list("label", "NAME=VALUE", "Add a label to the image");

    static final Option TAG = Option.list("tag", 't', "NAME[:TAG]", "Name the image");
    static final Option OUTPUT =
            Option.list(
                    "output",
                    'o',
                    "DIR|-|type=TYPE[,dest=PATH]",
                    "Write the result elsewhere: type image, registry, docker, oci, oci-dir, local,"
                            + " tar or cacheonly; may be given several times");
    static final Option LOAD =
            Option.flag("load", "Put the image into the store, besides other outputs");
    static final Option PUSH =
            Option.flag("push", "Push the image to its registry: -o type=registry");
    static final Option SQUASH =
            Option.flag(
                    "squash",
                    "Put layers together: those of the build, or =all, or =stage by stage");
    static final Option ANNOTATION =
            Option.list(
                    "annotation",
                    "[TYPE:]NAME=VALUE",
                    "Annotate the manifest, or what TYPE says: index, manifest-descriptor,"
                            + " index-descriptor");
    static final Option ATTEST =
            Option.list("attest", "type=TYPE[,...]", "Attest the result: type=provenance");
    static final Option PROVENANCE =
            Option.value(
                    "provenance",
                    "BOOL|mode=MODE",
                    "Attest how the result was made: --attest type=provenance");
    static final Option SBOM =
            Option.value("sbom", "BOOL", "Attest what is in the result; takes =false only");
    static final Option IIDFILE =
            Option.value("iidfile", "FILE", "Write the image ID to a file")
                    .offers(Option.Offer.FILES);
    static final Option METADATA_FILE =
            Option.value("metadata-file", "FILE", "Write the result's metadata to a file as JSON")
                    .offers(Option.Offer.FILES);

    static final Option NO_CACHE = Option.flag("no-cache", "Do every step anew");
    static final Option NO_CACHE_FILTER =
            Option.list("no-cache-filter", "STAGE[,STAGE]", "Do every step of these stages anew");
    static final Option CACHE_FROM =
            Option.list(
                    "cache-from",
                    "NAME|type=TYPE[,...]",
                    "Look for results in another cache as well: an image or cache in a registry, or"
                            + " type local, s3 or gha");
    static final Option CACHE_TO =
            Option.list(
                    "cache-to",
                    "NAME|type=TYPE[,...]",
                    "Put results into another cache as well: type registry, local, s3, gha, or inline"
                            + " (in the image); mode=max puts those of all stages");
    static final Option PULL =
            Option.value(
                            "pull",
                            "WHEN",
                            "Whether base images are asked for anew; alone it means always")
                    .choices("always", "missing", "never", "true", "false")
                    .standard("missing")
                    .implied("always");

    static final Option LOCKED =
            Option.flag(
                    "locked",
                    "Take images and addresses of ADD as the Dockerfile's lock has them, and no"
                            + " others: see slipway lock");

    static final Option PROGRESS =
            Option.value("progress", "KIND", "How progress is shown")
                    .choices("auto", "tty", "plain", "rawjson", "quiet")
                    .standard("auto")
                    .environment("SLIPWAY_PROGRESS", "BUILDKIT_PROGRESS");
    static final Option QUIET = Option.flag("quiet", 'q', "Print nothing but the image ID");
    static final Option PLAN = Option.flag("plan", "Print what would be done, and do nothing");
    static final Option CALL =
            Option.value(
                    "call",
                    "METHOD[,format=json]",
                    "Say what the Dockerfile says of itself: build, check, outline, targets or"
                            + " subrequests.describe");
    static final Option CHECK =
            Option.flag("check", "Check the Dockerfile as BuildKit does; the same as --call=check");
    static final Option LINT =
            Option.value(
                            "lint",
                            "WHEN",
                            "Lint the Dockerfile: warn says how much was found, error refuses to"
                                    + " build")
                    .choices("error", "warn", "off")
                    .standard("warn, when a step is done");
    static final Option FORMAT =
            Option.value("format", "FORMAT", "Form of --plan and --call")
                    .choices("text", "json")
                    .standard("text");
    static final Option EXPLAIN =
            Option.flag("explain", "Say of every step that missed the cache all that changed");

    static final Option ON_FAILURE =
            Option.value("on-failure", "WHAT", "What to do when a RUN fails: open a shell there")
                    .choices("stop", "shell")
                    .standard("stop");

    /// As `buildx debug build` spells it.
    static final Option ON = Option.value("on", "error", "").choices("error").hidden();

    static final Option BUILD_CONTEXT =
            Option.list(
                    "build-context",
                    "NAME=SOURCE",
                    "A further context for COPY --from, RUN --mount and FROM: a directory, a git or"
                            + " archive address, docker-image://NAME or oci-layout://DIRECTORY");
    static final Option IGNORE_FILE =
            Option.value("ignorefile", "FILE", "Read this instead of .dockerignore")
                    .offers(Option.Offer.FILES);
    static final Option PRESERVE =
            Option.list("preserve", "owner|times", "What files of contexts keep of this machine");

    private static final Option[] REFUSED = {
        Option.refused(
                "builder", "there are no builder instances: the build runs in this process."),
        Option.refused("policy", "source policies are not part of this version."),
        Option.refused("compress", "nothing is sent to a daemon."),
        Option.refused("isolation", "it is for Windows containers."),
        Option.refused("security-opt", "use --allow security.insecure."),
    };

    /// Those that say what becomes of the result, or how progress is shown: no step depends on
    /// them.
    static final Option[] ON_RESULT = {
        TAG,
        LABEL,
        OUTPUT,
        LOAD,
        PUSH,
        IIDFILE,
        METADATA_FILE,
        ANNOTATION,
        SQUASH,
        ATTEST,
        PROVENANCE,
        SBOM,
        BuildRunFlags.UNSET,
        BuildRunFlags.UNSET_ENV,
        BuildRunFlags.UNSET_LABEL,
        PROGRESS,
        QUIET,
        LINT
    };

    /// Those that a plain image has no need of.
    static final Option[] PACKAGING = {SQUASH, ANNOTATION, ATTEST, PROVENANCE, SBOM};

    static final Option RM = Option.flag("rm", "").hidden();
    static final Option FORCE_RM = Option.flag("force-rm", "").hidden();
    static final Option NO_TRUST = Option.flag("disable-content-trust", "").hidden();

    private BuildFlags() {}

    static CommandSpec spec() {
        return new CommandSpec("build", "Build an image from a Dockerfile")
                .usage("[OPTIONS] PATH")
                .usage("[OPTIONS] URL        (a git repository, archive or Dockerfile)")
                .usage("[OPTIONS] -          (standard input: an archive or a Dockerfile)")
                .aliases("image build", "builder build", "buildx build", "buildx b")
                .arguments(1, 1, Option.Offer.DIRECTORIES)
                .options("What to build", FILE, TARGET, BUILD_ARG, PLATFORM, LABEL, PULL, LOCKED)
                .options("Where files come from", BUILD_CONTEXT, IGNORE_FILE, PRESERVE)
                .options("What to make of it", TAG, OUTPUT, LOAD, PUSH, IIDFILE, METADATA_FILE)
                .options("Images", ANNOTATION, SQUASH, ATTEST, PROVENANCE, SBOM)
                .options(
                        "Changes to its config",
                        BuildRunFlags.UNSET,
                        BuildRunFlags.UNSET_ENV,
                        BuildRunFlags.UNSET_LABEL)
                .options("Cache", CACHE_FROM, CACHE_TO, NO_CACHE, NO_CACHE_FILTER, EXPLAIN)
                .options("Instead of building", PLAN, CHECK, CALL, FORMAT)
                .options("RUN steps", BuildRunFlags.STEPS)
                .options("Limits of RUN steps", BuildRunFlags.LIMITS)
                .options("Display", PROGRESS, QUIET, LINT)
                .options("Debugging", ON_FAILURE, ON)
                .options("Accepted", RM, FORCE_RM, NO_TRUST)
                .options("Refused", REFUSED)
                .describe(
                        """
                        The context is read in place; what .dockerignore excludes is not entered. Steps done before
                        come from the cache, and a miss says which input changed.

                        SOURCE_DATE_EPOCH in the environment sets the time of the result, in seconds since 1970.\
                        """)
                .example("The usual", "slipway build -t app .")
                .example("Why is it not cached?", "slipway build --explain -t app .")
                .example(
                        "An archive for docker load", "slipway build -o type=docker,dest=app.tar .")
                .example("The files of one stage", "slipway build --target build -o out .")
                .example(
                        "Two platforms, with provenance, as an OCI archive",
                        "slipway build --platform linux/amd64,linux/arm64 --provenance=mode=min -o"
                                + " type=oci,dest=app.tar .")
                .exitCode("3", "--lint=error or --locked refused to build")
                .exitCode("130", "stopped by Ctrl-C");
    }
}
