package dev.slipway.cli;

import dev.slipway.build.BuildRequest;
import dev.slipway.build.bake.BakeBuilds;
import dev.slipway.build.bake.BakePlan;
import dev.slipway.build.bake.BakeTarget;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.progress.PlainProgress;
import dev.slipway.cli.progress.Progress;
import dev.slipway.cli.progress.RawJsonProgress;
import dev.slipway.cli.progress.TargetProgress;
import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Makes a request of each target, by the command line of `slipway build` that the target is; and
/// keeps what the builds share: the view of them, and their metadata until it is written.
final class BakeRequests implements BakeBuilds.Requests, AutoCloseable {
    private final BakePlan plan;
    private final Parsed line;
    private final Session session;
    private final @Nullable TargetProgress several;
    private final @Nullable Progress single;
    private final @Nullable Path metadata; // a directory with a file for each target

    BakeRequests(BakePlan plan, Parsed line, Session session) throws UsageException, IOException {
        this.plan = plan;
        this.line = line;
        this.session = session;
        String kind = line.text(BuildFlags.PROGRESS, "auto");
        boolean marked =
                plan.targets().size() > 1 && !kind.equals("quiet") && !kind.equals("rawjson");
        int width = 0;
        for (String name : plan.targets().keySet()) {
            width = Math.max(width, name.length());
        }
        this.several = marked ? new TargetProgress(session.err(), width) : null;
        this.single = marked ? null : ProgressChoice.of(line, session);
        this.metadata =
                line.has(BakeFlags.METADATA_FILE)
                        ? Files.createTempDirectory("slipway-bake")
                        : null;
    }

    /// Targets are built on threads of their own, a session is for one: hence one at a time.
    @Override
    public synchronized BuildRequest.Builder of(BakeTarget target) throws Exception {
        return request(target, parsed(target)).listener(view(target));
    }

    /// The target's command line.
    Parsed parsed(BakeTarget target) throws UsageException, CommandException {
        List<String> words = new ArrayList<>();
        String runtime = line.text(BuildRunFlags.RUNTIME);
        if (runtime != null) {
            words.add("--runtime=" + runtime);
        }
        if (metadata != null) {
            words.add("--metadata-file=" + metadata.resolve(target.name()));
        }
        return TargetRequests.parse(target, words, session);
    }

    /// What that command line asks for, with what it cannot say.
    BuildRequest.Builder request(BakeTarget target, Parsed parsed)
            throws UsageException, CommandException, IOException {
        BuildRequest.Builder request = TargetRequests.request(target, parsed, session);
        if (!line.is(BuildFlags.LOCKED)) {
            return request;
        }
        boolean shown = ProgressChoice.isForPeople(line);
        return TargetRequests.locked(
                target,
                request,
                () -> RegistryAccess.open(session, RegistryAccess.progress(session, !shown)));
    }

    private Progress view(BakeTarget target) throws UsageException {
        boolean explain = line.is(BuildFlags.EXPLAIN);
        TargetProgress views = several;
        if (views != null) {
            return views.of(target.name(), out -> new PlainProgress(out, explain));
        }
        if (line.text(BuildFlags.PROGRESS, "auto").equals("rawjson")) {
            return new RawJsonProgress(session.err(), target.name() + ": ");
        }
        Progress only = single;
        return only == null ? ProgressChoice.of(line, session) : only;
    }

    /// Writes what was asked for: the metadata of each target under its name.
    void writeMetadata() throws IOException, UsageException {
        Path directory = metadata;
        String file = line.text(BakeFlags.METADATA_FILE);
        if (directory == null || file == null) {
            return;
        }
        JsonWriter json = JsonWriter.indented(2).beginObject();
        for (String name : plan.targets().keySet()) {
            Path part = directory.resolve(name);
            if (Files.exists(part)) {
                json.name(name).value(Json.parse(Files.readAllBytes(part)));
            }
        }
        Files.writeString(Path.of(file), json.endObject() + "\n");
    }

    @Override
    public void close() throws IOException {
        if (several != null) {
            several.close();
        }
        if (single != null) {
            single.close();
        }
        if (metadata != null) {
            for (String name : plan.targets().keySet()) {
                Files.deleteIfExists(metadata.resolve(name));
            }
            Files.deleteIfExists(metadata);
        }
    }
}
