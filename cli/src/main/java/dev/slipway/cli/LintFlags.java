package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;

/// The flags of `slipway lint`; those that hadolint has are spelled as it spells them.
final class LintFlags {
    static final Option CONFIG =
            Option.value("config", 'c', "FILE", "hadolint's configuration, instead of searching")
                    .offers(Option.Offer.FILES);
    static final Option IGNORE = Option.list("ignore", "RULE", "Do not report this rule");
    static final Option ERROR = Option.list("error", "RULE", "Report this rule as an error");
    static final Option WARNING = Option.list("warning", "RULE", "Report this rule as a warning");
    static final Option INFO = Option.list("info", "RULE", "Report this rule as information");
    static final Option STYLE = Option.list("style", "RULE", "Report this rule as style");
    static final Option REGISTRY =
            Option.list("trusted-registry", "HOST", "Images may come from here; * at either end");
    static final Option LABEL =
            Option.list("require-label", "NAME:TYPE", "Images must have this label");
    static final Option STRICT = Option.flag("strict-labels", "Images must have no other label");
    static final Option NO_PRAGMA =
            Option.flag("disable-ignore-pragma", "Comments silence nothing");
    static final Option RULE_SET =
            Option.value("rule-set", "YEAR.N", "Report rules added later as information at most");
    static final Option EXPERIMENTAL =
            Option.list("experimental", "RULE", "Run an experimental check, or all");

    static final Option CONTEXT =
            Option.value("context", "DIR", "The build context")
                    .standard("the file's directory")
                    .offers(Option.Offer.DIRECTORIES);
    static final Option BUILD_ARG =
            Option.list("build-arg", "NAME=VALUE", "Value of an ARG, to find base images by");
    static final Option PLATFORM = Option.value("platform", "OS/ARCH", "Platform to build for");
    static final Option BASES =
            Option.value(
                            "bases",
                            "WHERE",
                            "Where base images are looked at; registry: their configuration also"
                                    + " there")
                    .choices("store", "registry")
                    .standard("store");
    static final Option SHELLCHECK =
            Option.value("shellcheck", "WHEN", "Whether shellcheck looks at scripts, too")
                    .choices("auto", "off")
                    .standard("auto");

    static final Option FORMAT =
            Option.list(
                    "format",
                    'f',
                    "FORMAT",
                    "tty, json, checkstyle, codeclimate, gitlab_codeclimate, gnu, codacy,"
                            + " sonarqube, sarif, junit or github");
    static final Option OUTPUT =
            Option.list("output", 'o', "FILE", "Where to: the first format to the first file")
                    .offers(Option.Offer.FILES);
    static final Option REPORT_PATH =
            Option.value("file-path-in-report", "PATH", "Name of the file in reports");
    static final Option NO_COLOR = Option.flag("no-color", "Plain output");
    static final Option VERBOSE =
            Option.flag("verbose", 'V', "Say which configuration is used, and what is not known");
    static final Option THRESHOLD =
            Option.value("failure-threshold", 't', "LEVEL", "Least severity that fails")
                    .choices("error", "warning", "info", "style", "ignore", "none")
                    .standard("info");
    static final Option NO_FAIL = Option.flag("no-fail", "Exit with 0 whatever is found");

    static final Option FIX =
            Option.flag("fix", "Make changes that keep the image; =unsafe: also others")
                    .choices("true", "false", "safe", "unsafe");
    static final Option DIFF = Option.flag("diff", "Show the changes instead of making them");

    static final Option PROVE =
            Option.flag(
                    "prove",
                    "Build before and after, and say what changes in the image; alone: no"
                            + " file is changed");

    static final Option LSP =
            Option.flag("lsp", "Serve an editor: the language server protocol on standard streams");

    private LintFlags() {}

    static CommandSpec spec() {
        return new CommandSpec("lint", "Find what is wrong in Dockerfiles")
                .usage("[OPTIONS] [FILE|DIRECTORY|GLOB|-]...")
                .usage("rules                  (list all rules)")
                .usage("explain RULE           (say what a rule is about)")
                .arguments(0, -1, Option.Offer.FILES)
                .options(
                        "What to report",
                        CONFIG,
                        IGNORE,
                        ERROR,
                        WARNING,
                        INFO,
                        STYLE,
                        REGISTRY,
                        LABEL,
                        STRICT,
                        NO_PRAGMA,
                        RULE_SET,
                        EXPERIMENTAL)
                .options("What is known", CONTEXT, BUILD_ARG, PLATFORM, BASES, SHELLCHECK)
                .options("How to report", FORMAT, OUTPUT, REPORT_PATH, NO_COLOR, VERBOSE)
                .options("When to fail", THRESHOLD, NO_FAIL)
                .options("Changes", FIX, DIFF, PROVE)
                .options(
                        "How --prove builds",
                        BuildFlags.TARGET,
                        BuildFlags.BUILD_CONTEXT,
                        BuildFlags.PULL,
                        BuildRunFlags.SECRET,
                        BuildRunFlags.SSH,
                        BuildRunFlags.NETWORK,
                        BuildFlags.PROGRESS)
                .options("Editors", LSP)
                .describe(
                        """
                        Without an argument, the Dockerfile of the working directory. Directories are searched for
                        Dockerfiles. A rule goes by any of its names: ours, hadolint's, BuildKit's, ShellCheck's,
                        trivy's, checkov's, dockle's.

                        Configuration comes, the weakest first, from hadolint's environment variables, .hadolint.yaml,
                        the section lint of slipway.yaml, and the command line.

                        --prove builds the file as it is and as it would be, with the cache, and compares the images:
                        their digests, files, configuration and size. A change with which the file would not build is
                        not made.\
                        """)
                .example("The usual", "slipway lint")
                .example("A whole repository", "slipway lint .")
                .example("What would be changed?", "slipway lint --fix --diff Dockerfile")
                .example(
                        "What would that do to the image?",
                        "slipway lint --fix=unsafe --diff --prove")
                .example("For a code host", "slipway lint -f sarif -o lint.sarif .")
                .example("What is this about?", "slipway lint explain DL3009")
                .exitCode(
                        "1",
                        "something was found that is severe enough, or cannot be parsed; or a change"
                                + " was not made, as the file would not build with it");
    }
}
