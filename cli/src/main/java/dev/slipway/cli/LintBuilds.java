package dev.slipway.cli;

import dev.slipway.build.InstallCommands;
import dev.slipway.build.record.BuildRecords;
import dev.slipway.build.record.BuildStatus;
import dev.slipway.build.record.RecordedBuild;
import dev.slipway.build.record.RecordedStep;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.FileEntry;
import dev.slipway.image.Image;
import dev.slipway.image.Json;
import dev.slipway.image.Layer;
import dev.slipway.image.LayerChange;
import dev.slipway.image.MediaTypes;
import dev.slipway.lint.Builds;
import dev.slipway.lint.ImageFiles;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The records of the store as linting looks at them. Nothing is known without a store, and what
/// cannot be read is passed over. Safe to share between threads, but for a build that was found.
final class LintBuilds implements Builds {
    /// Older builds are not looked for.
    private static final int RECENT = 50;

    private static final int COMPARED = 20;

    private final Session session;
    private final @Nullable Path file;
    private final BuildRecords records;
    private List<Request> recent = List.of();
    private @Nullable FileTime seen; // when the records were looked through

    /// @param file the Dockerfile, whatever it is called; null if its name leads to it
    LintBuilds(Session session, @Nullable Path file) {
        this.session = session;
        this.file = file;
        this.records = new BuildRecords(session.home());
    }

    /// What a build was asked for.
    private record Request(String id, String path, String text) {}

    @Override
    public Builds.@Nullable Build find(String name, String text) {
        List<Request> same = of(name, text);
        for (Request request : same) {
            try {
                RecordedBuild build = records.read(request.id());
                String manifest = build.manifest();
                if (build.summary().status() == BuildStatus.COMPLETED && manifest != null) {
                    return new Recorded(build, image(manifest), same);
                }
            } catch (IOException e) {
                // It, or its image, is gone.
            }
        }
        return null;
    }

    private Image image(String manifest) throws IOException {
        Digest digest = Digest.parse(manifest);
        long size = session.store().blobs().size(digest);
        return Image.load(
                session.store(), Descriptor.of(MediaTypes.OCI_MANIFEST, digest, size), null);
    }

    // Those of the same file, the newest first; the text alone is enough.
    private List<Request> of(String name, String text) {
        String path = path(name);
        List<Request> same = new ArrayList<>();
        for (Request request : recent()) {
            boolean samePath = !path.isEmpty() && request.path().equals(path);
            if (samePath || request.text().equals(text)) {
                same.add(request);
            }
        }
        return same;
    }

    private String path(String name) {
        try {
            Path given = file == null ? Path.of(name) : file;
            return name.equals("-") ? "" : given.toAbsolutePath().normalize().toString();
        } catch (InvalidPathException e) {
            return ""; // an editor's name for it
        }
    }

    // An editor's linter lives long: what is built meanwhile counts.
    private synchronized List<Request> recent() {
        try {
            FileTime now = Files.getLastModifiedTime(session.home().resolve("builds"));
            if (!now.equals(seen)) {
                recent = read();
                seen = now;
            }
        } catch (IOException e) {
            recent = List.of(); // nothing was built here yet
        }
        return recent;
    }

    private List<Request> read() {
        List<Request> requests = new ArrayList<>();
        try {
            for (String id : records.newestIds()) {
                if (requests.size() == RECENT) {
                    break;
                }
                try {
                    Json.Obj request = records.request(id);
                    requests.add(
                            new Request(
                                    id,
                                    request.text("dockerfilePath", ""),
                                    request.text("dockerfileText", "")));
                } catch (IOException e) {
                    // Removed meanwhile, or never begun.
                }
            }
        } catch (IOException e) {
            requests.clear();
        }
        return requests;
    }

    /// A build whose image is at hand.
    private final class Recorded implements Builds.Build {
        private final RecordedBuild build;
        private final Image image;
        private final LintImageFiles files;
        private final LintImageFiles base = new LintImageFiles(this::below);
        private final List<Builds.Step> steps = new ArrayList<>();
        private final Set<String> made = new HashSet<>(); // layers of steps

        Recorded(RecordedBuild build, Image image, List<Request> same) {
            this.build = build;
            this.image = image;
            this.files = new LintImageFiles(image::layers);
            Set<String> shipped = new HashSet<>();
            for (Digest diffId : image.config().diffIds()) {
                shipped.add(diffId.toString());
            }
            for (RecordedStep step : build.steps()) {
                boolean inFile = step.firstLine() > 0 && !step.isBase();
                if (step.diffId() != null && !step.isBase()) {
                    made.add(step.diffId());
                }
                if (inFile && build.facts().dockerfile().equals(step.file())) {
                    steps.add(
                            new Done(step, shipped.contains(String.valueOf(step.diffId())), same));
                }
            }
        }

        @Override
        public String id() {
            return build.summary().id();
        }

        @Override
        public String text() {
            return build.facts().dockerfileText();
        }

        @Override
        public @Nullable String target() {
            return build.facts().target();
        }

        @Override
        public List<Builds.Step> steps() {
            return steps;
        }

        @Override
        public String platform() {
            return image.config().platform().toString();
        }

        @Override
        public List<String> environment() {
            return image.config().config().env();
        }

        @Override
        public List<String> entrypoint() {
            List<String> entrypoint = image.config().config().entrypoint();
            return entrypoint == null ? List.of() : entrypoint;
        }

        @Override
        public String workingDirectory() {
            return image.config().config().workingDir();
        }

        @Override
        public ImageFiles files() {
            return files;
        }

        @Override
        public ImageFiles base() {
            return base;
        }

        private List<Layer> below() throws IOException {
            List<Layer> below = new ArrayList<>();
            for (Layer layer : image.layers()) {
                if (made.contains(layer.diffId().toString())) {
                    break;
                }
                below.add(layer);
            }
            return below;
        }
    }

    /// A step that was done.
    private final class Done implements Builds.Step {
        private final RecordedStep step;
        private final boolean shipped;
        private final List<Request> same;

        Done(RecordedStep step, boolean shipped, List<Request> same) {
            this.step = step;
            this.shipped = shipped;
            this.same = same;
        }

        @Override
        public int line() {
            return step.firstLine();
        }

        @Override
        public String layer() {
            String diffId = step.diffId();
            return diffId == null ? "" : diffId;
        }

        @Override
        public boolean isShipped() {
            return shipped;
        }

        @Override
        public List<Builds.Change> changes() {
            List<Builds.Change> changes = new ArrayList<>();
            try {
                Optional<Layer> layer =
                        layer().isEmpty()
                                ? Optional.empty()
                                : session.store().layers().find(Digest.parse(layer()));
                if (layer.isEmpty()) {
                    return List.of();
                }
                for (LayerChange change : layer.get().index().changes()) {
                    changes.add(change(change));
                }
            } catch (IOException e) {
                return List.of();
            }
            return changes;
        }

        private static Builds.Change change(LayerChange change) {
            String path = "/" + change.path();
            return switch (change) {
                case LayerChange.Put(FileEntry entry) -> {
                    Timespec time = entry.mtime();
                    yield new Builds.Change(
                            path,
                            entry.isRegular() ? Builds.Kind.FILE : Builds.Kind.OTHER,
                            entry.mode(),
                            entry.size(),
                            time.seconds() + "." + time.nanos());
                }
                case LayerChange.Remove _ -> new Builds.Change(path, Builds.Kind.REMOVED, 0, 0, "");
                case LayerChange.Hide _ -> new Builds.Change(path, Builds.Kind.EMPTIED, 0, 0, "");
            };
        }

        @Override
        public @Nullable List<String> reads() {
            String text = step.instruction();
            String command = text.length() > 4 ? text.substring(4).strip() : "";
            boolean plain = step.kind().equals("run") && !command.startsWith("-");
            return plain ? InstallCommands.reads(command) : null;
        }

        @Override
        public Builds.Redone redone() {
            int times = 0;
            int builds = 0;
            long nanos = 0;
            long last = 0;
            for (Request request : same.subList(0, Math.min(COMPARED, same.size()))) {
                RecordedBuild build;
                try {
                    build = records.read(request.id());
                } catch (IOException e) {
                    continue; // removed meanwhile
                }
                builds++;
                RecordedStep ran = find(build);
                if (ran == null || ran.verdict() != RecordedStep.Verdict.DONE) {
                    continue;
                }
                last = last == 0 ? ran.nanos() : last;
                if (isInVain(build, ran)) {
                    times++;
                    nanos += ran.nanos();
                }
            }
            return new Builds.Redone(times, builds, nanos, last);
        }

        private @Nullable RecordedStep find(RecordedBuild build) {
            for (RecordedStep each : build.steps()) {
                if (each.stage().equals(step.stage())
                        && each.instruction().equals(step.instruction())) {
                    return each;
                }
            }
            return null;
        }

        // It was done again as the step below was, and that only for files it does not read.
        private boolean isInVain(RecordedBuild build, RecordedStep ran) {
            List<String> reads = reads();
            if (reads == null || !"parent".equals(ran.reason()) || ran.inputs().isEmpty()) {
                return false;
            }
            RecordedStep copied = build.step(ran.inputs().getFirst());
            if (copied == null
                    || copied.verdict() != RecordedStep.Verdict.DONE
                    || !"changed".equals(copied.reason())
                    || copied.changes().size() != 1
                    || copied.files().isEmpty()) {
                return false;
            }
            for (String changed : copied.files()) {
                if (reads.contains(changed)) {
                    return false;
                }
            }
            return true;
        }
    }
}
