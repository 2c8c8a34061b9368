package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The record of a build, `builds/<id>/`: its plan and all its events, as they happen.
///
/// It is a by-product: if it cannot be written the build goes on, and it is not synced.
final class BuildRecord implements BuildListener, AutoCloseable {
    private final Path directory;
    private final String id;
    private @Nullable BufferedWriter events;
    private boolean failed;

    private BuildRecord(Path directory, String id) {
        this.directory = directory;
        this.id = id;
    }

    /// Begins the record of a build that starts at `millis` since 1970.
    static BuildRecord begin(Path home, long millis) {
        var builds = home.resolve("builds");
        for (int attempt = 0; ; attempt++) {
            var id = Long.toString(millis, 36) + "-" + Long.toString(attemptId(attempt), 36);
            try {
                Files.createDirectory(builds.resolve(id));
                return new BuildRecord(builds.resolve(id), id);
            } catch (IOException e) {
                if (attempt == 20) {
                    var record = new BuildRecord(builds.resolve(id), id);
                    record.failed = true;
                    return record;
                }
            }
        }
    }

    private static long attemptId(int attempt) {
        return ProcessHandle.current().pid() + (long) attempt * 10_000_000;
    }

    String id() {
        return id;
    }

    @Override
    public void on(BuildEvent event) {
        if (failed) {
            return;
        }
        try {
            if (event instanceof BuildEvent.Planned planned) {
                Files.writeString(directory.resolve("plan.json"), planned.plan().toJson());
            }
            if (events == null) {
                events =
                        Files.newBufferedWriter(
                                directory.resolve("events.jsonl"), StandardCharsets.UTF_8);
            }
            events.write(EventJson.of(event));
            events.write('\n');
            if (!(event instanceof BuildEvent.StepLog)
                    && !(event instanceof BuildEvent.StepCached)) {
                events.flush();
            }
        } catch (IOException e) {
            failed = true;
        }
    }

    @Override
    public void close() {
        if (events != null) {
            try {
                events.close();
            } catch (IOException e) {
                failed = true;
            }
        }
    }
}
