package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;

/// The flags of `slipway bake`, spelled as buildx spells them.
final class BakeFlags {
    static final Option FILE =
            Option.list("file", 'f', "FILE", "A bake or Compose file; - reads standard input")
                    .offers(Option.Offer.FILES);
    static final Option SET =
            Option.list("set", "TARGET.KEY=VALUE", "Override what targets say; += adds to it");
    static final Option VAR = Option.list("var", "NAME=VALUE", "Set a variable of the files");
    static final Option PRINT = Option.flag("print", "Print what would be built, as JSON");
    static final Option LIST =
            Option.value(
                    "list",
                    "WHAT",
                    "List targets or variables: targets, variables, or"
                            + " type=targets,format=json");
    static final Option ALLOW =
            Option.list(
                    "allow",
                    "WHAT",
                    "Let the files reach further: fs=PATH, fs.read=PATH, fs.write=PATH, ssh,"
                            + " security.insecure");

    static final Option LOAD = Option.flag("load", "Put images into the store besides");
    static final Option PUSH = Option.flag("push", "Push images");
    static final Option METADATA_FILE =
            Option.value("metadata-file", "FILE", "Write the results' metadata to a file as JSON")
                    .offers(Option.Offer.FILES);
    static final Option PROVENANCE =
            Option.value("provenance", "BOOL|mode=MODE", "Attest how images were built");
    static final Option SBOM = Option.value("sbom", "BOOL", "Attest what is in images");

    static final Option NO_CACHE = Option.flag("no-cache", "Do every step anew");
    static final Option PULL =
            Option.flag("pull", "Ask anew for base images where their origin can be asked");
    static final Option JOBS =
            Option.value("jobs", 'j', "N", "How many targets are built at once; 0: as suits");
    static final Option CALL =
            Option.value("call", "METHOD", "Evaluate the builds: build, check, outline or targets")
                    .standard("build");
    static final Option CHECK = Option.flag("check", "Check the Dockerfiles: --call=check");

    static final Option LIST_TARGETS = Option.flag("list-targets", "").hidden();
    static final Option LIST_VARIABLES = Option.flag("list-variables", "").hidden();

    private static final Option[] REFUSED = {
        Option.refused(
                "builder", "there are no builder instances: the build runs in this process."),
        Option.refused("execution", "the first failure stops the other targets."),
        Option.refused("policy", "source policies are not part of this version."),
    };

    private BakeFlags() {}

    static CommandSpec spec() {
        return new CommandSpec("bake", "Build many targets from one file")
                .usage("[OPTIONS] [TARGET...]")
                .usage("[OPTIONS] URL [TARGET...]   (a git repository, or a file on the web)")
                .aliases("buildx bake", "buildx f")
                .arguments(0, -1, Option.Offer.NOTHING)
                .options("What to build", FILE, SET, VAR, PULL, BuildFlags.LOCKED, ALLOW)
                .options("What to make of it", LOAD, PUSH, METADATA_FILE, PROVENANCE, SBOM)
                .options("How", NO_CACHE, JOBS, BuildRunFlags.RUNTIME, CALL, CHECK)
                .options("Look first", PRINT, LIST)
                .options("Display", BuildFlags.PROGRESS, BuildFlags.EXPLAIN)
                .options("Accepted", LIST_TARGETS, LIST_VARIABLES)
                .options("Refused", REFUSED)
                .describe(
                        """
                        Reads compose.yaml, docker-bake.hcl and docker-bake.json, whichever are there, and builds the group or target default, or those named. Targets are built at once and share what they have in common.

                        docs/bake.md describes the files.\
                        """)
                .example("All of the default group", "slipway bake")
                .example("What would that be?", "slipway bake --print")
                .example("One target, changed", "slipway bake app --set app.args.VERSION=2")
                .example("On locked bases", "slipway bake --locked")
                .exitCode("3", "--locked refused to build")
                .exitCode("130", "stopped by Ctrl-C");
    }
}
