package dev.slipway.build;

import dev.slipway.image.Digest;
import dev.slipway.image.Image;
import dev.slipway.image.Platform;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// One piece of work of a plan: something whose result is a root file system.
///
/// Instructions that only change metadata are no steps. Steps are compared by identity: a plan
/// holds each once.
public sealed interface Step {
    /// What every step has.
    Header header();

    /// The number events refer to it by, from 1.
    default int number() {
        return header().number;
    }

    /// What progress shows: `[build 2/5] RUN make`.
    default String name() {
        return header().name;
    }

    /// The stage it belongs to, as the user knows it; empty for an image that is only copied from.
    default String stage() {
        return header().stage;
    }

    /// The instruction on one line, without the prefix of its name.
    default String instruction() {
        return header().instruction;
    }

    /// The Dockerfile lines; null when there are none.
    default @Nullable SourceLines source() {
        return header().source;
    }

    /// The steps whose results it needs, the one below it first.
    List<Step> inputs();

    /// The step whose result it changes; null for a base.
    @Nullable Step below();

    /// What all steps have in common.
    ///
    /// @param ordinal its place among the steps of its stage, from 1
    /// @param noCache whether the request forbids to take it from the cache
    record Header(
            int number,
            String stage,
            int ordinal,
            String name,
            String instruction,
            @Nullable SourceLines source,
            Platform platform,
            boolean noCache) {}

    /// What a stage starts from.
    final class Base implements Step {
        private final Header header;
        private final @Nullable Image image;
        private final String reference;
        private final List<Digest> diffIds;

        /// @param reference the image's name as it was looked for
        Base(Header header, @Nullable Image image, String reference) {
            this.header = header;
            this.image = image;
            this.reference = reference;
            this.diffIds = image == null ? List.of() : List.copyOf(image.config().diffIds());
        }

        @Override
        public Header header() {
            return header;
        }

        /// The image; null: nothing at all, `scratch`.
        public @Nullable Image image() {
            return image;
        }

        /// The image's name as it was looked for; `scratch` for none.
        String reference() {
            return reference;
        }

        List<Digest> diffIds() {
            return diffIds;
        }

        @Override
        public List<Step> inputs() {
            return List.of();
        }

        @Override
        public @Nullable Step below() {
            return null;
        }
    }

    /// Runs a command.
    final class Run implements Step {
        private final Header header;
        private final Step below;
        private final RunSpec spec;

        Run(Header header, Step below, RunSpec spec) {
            this.header = header;
            this.below = below;
            this.spec = spec;
        }

        @Override
        public Header header() {
            return header;
        }

        @Override
        public Step below() {
            return below;
        }

        RunSpec spec() {
            return spec;
        }

        /// The command and its arguments, the shell included.
        public List<String> args() {
            return spec.args();
        }

        /// Its mounts, in order.
        public List<RunMount> mounts() {
            return spec.mounts();
        }

        @Override
        public List<Step> inputs() {
            var inputs = new ArrayList<Step>();
            inputs.add(below);
            for (var mount : spec.mounts()) {
                if (mount instanceof RunMount.Bind bind && bind.from() != null) {
                    inputs.add(bind.from());
                } else if (mount instanceof RunMount.Cache cache && cache.from() != null) {
                    inputs.add(cache.from());
                }
            }
            return inputs;
        }
    }

    /// Files from outside the main context: another directory, a repository, a download. What a
    /// step takes from it is a part of that step; by itself it results in nothing.
    final class Origin implements Step {
        private final Header header;
        private final OriginFiles files;

        Origin(Header header, OriginFiles files) {
            this.header = header;
            this.files = files;
        }

        @Override
        public Header header() {
            return header;
        }

        OriginFiles files() {
            return files;
        }

        /// What it is, for people: a directory, an address without credentials.
        public String description() {
            return files.description();
        }

        @Override
        public List<Step> inputs() {
            return List.of();
        }

        @Override
        public @Nullable Step below() {
            return null;
        }
    }

    /// Copies files in: COPY and ADD.
    final class Copy implements Step {
        private final Header header;
        private final Step below;
        private final CopySpec spec;
        private final List<CopyPart> parts;

        /// @param parts what is copied, by where it comes from, in order
        Copy(Header header, Step below, CopySpec spec, List<CopyPart> parts) {
            this.header = header;
            this.below = below;
            this.spec = spec;
            this.parts = List.copyOf(parts);
        }

        @Override
        public Header header() {
            return header;
        }

        @Override
        public Step below() {
            return below;
        }

        /// The step whose files are copied; null: the context, or several places.
        public @Nullable Step from() {
            return parts.size() == 1 ? parts.getFirst().from() : null;
        }

        CopySpec spec() {
            return spec;
        }

        List<CopyPart> parts() {
            return parts;
        }

        @Override
        public List<Step> inputs() {
            var inputs = new ArrayList<Step>(2);
            inputs.add(below);
            for (var part : parts) {
                if (part.from() != null && !inputs.contains(part.from())) {
                    inputs.add(part.from());
                }
            }
            return inputs;
        }
    }

    /// Makes the working directory, where it is missing.
    final class Workdir implements Step {
        private final Header header;
        private final Step below;
        private final String directory;
        private final String user;

        Workdir(Header header, Step below, String directory, String user) {
            this.header = header;
            this.below = below;
            this.directory = directory;
            this.user = user;
        }

        @Override
        public Header header() {
            return header;
        }

        @Override
        public Step below() {
            return below;
        }

        /// Absolute.
        public String directory() {
            return directory;
        }

        /// Who will own it, as the Dockerfile says; empty: root.
        String user() {
            return user;
        }

        @Override
        public List<Step> inputs() {
            return List.of(below);
        }
    }

    /// Waits for other stages, and changes nothing: what a `# slipway: after=` comment asks for.
    final class After implements Step {
        private final Header header;
        private final Step below;
        private final List<Step> stages;

        After(Header header, Step below, List<Step> stages) {
            this.header = header;
            this.below = below;
            this.stages = List.copyOf(stages);
        }

        @Override
        public Header header() {
            return header;
        }

        @Override
        public Step below() {
            return below;
        }

        /// The last steps of the stages that must be done first.
        public List<Step> stages() {
            return stages;
        }

        @Override
        public List<Step> inputs() {
            var inputs = new ArrayList<Step>();
            inputs.add(below);
            inputs.addAll(stages);
            return inputs;
        }
    }
}
