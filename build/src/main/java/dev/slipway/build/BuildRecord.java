package dev.slipway.build;

import dev.slipway.image.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// The record of a build, `builds/<id>/`: what was asked for, its plan, and all its events as they
/// happen; the last line says how it ended, for who wants no more than that.
///
/// It is a by-product: if it cannot be written the build goes on, and it is not synced.
final class BuildRecord implements BuildListener, AutoCloseable {
    private final Path directory;
    private final String id;
    private final long startedMillis;
    private @Nullable BufferedWriter events;
    private boolean failed;
    private int steps;
    private int cached;
    private int made;
    private long nanos;
    private Instant last;
    private String status = "failed";
    private @Nullable String error;

    private BuildRecord(Path directory, String id, long startedMillis) {
        this.directory = directory;
        this.id = id;
        this.startedMillis = startedMillis;
        this.last = Instant.ofEpochMilli(startedMillis);
    }

    /// Begins the record of a build that starts at `millis` since 1970, or that many milliseconds
    /// later as this process began builds in the same one: records sort by when they began.
    static BuildRecord begin(Path home, long millis) {
        var builds = home.resolve("builds");
        var process = "-" + Long.toString(ProcessHandle.current().pid(), 36);
        for (int attempt = 0; ; attempt++) {
            long started = millis + attempt;
            var id = Long.toString(started, 36) + process;
            var record = new BuildRecord(builds.resolve(id), id, started);
            try {
                Files.createDirectory(record.directory);
                return record;
            } catch (IOException e) {
                if (attempt == 20) {
                    record.failed = true;
                    return record;
                }
            }
        }
    }

    String id() {
        return id;
    }

    /// Where the record is.
    Path directory() {
        return directory;
    }

    /// Notes what is asked for.
    ///
    /// @param dockerfile null if it could not be read
    void request(BuildRequest request, @Nullable DockerfileSource dockerfile) {
        if (failed) {
            return;
        }
        try {
            Files.writeString(
                    directory.resolve("request.json"),
                    RequestRecord.json(request, dockerfile, startedMillis));
        } catch (IOException e) {
            failed = true;
        }
    }

    /// Notes why the build did not come to its end, before the event that says so.
    void failure(Exception e) {
        error = BuildException.messageOf(e);
        if (e instanceof BuildException why) {
            var json = JsonWriter.compact().beginObject();
            json.member("time", last.toString()).member("event", "error");
            json.member("message", error);
            json.memberUnlessEmpty("place", SourceLines.placeOf(why.source()));
            json.memberUnlessEmpty("hint", why.hint());
            json.memberUnlessEmpty("name", why.step());
            var code = why.exitCode();
            if (code != null) {
                json.member("exitCode", code);
            }
            line(json.endObject().toString(), true);
        } else {
            status = "canceled";
        }
    }

    @Override
    public void on(BuildEvent event) {
        last = event.time();
        count(event);
        if (failed) {
            return;
        }
        if (event instanceof BuildEvent.Planned planned) {
            try {
                Files.writeString(directory.resolve("plan.json"), planned.plan().toJson());
            } catch (IOException e) {
                failed = true;
            }
        }
        line(
                EventJson.of(event),
                !(event instanceof BuildEvent.StepLog)
                        && !(event instanceof BuildEvent.StepCached));
    }

    private void count(BuildEvent event) {
        if (event instanceof BuildEvent.StepCached found) {
            cached += found.step() instanceof Step.Base ? 0 : 1;
        } else if (event instanceof BuildEvent.StepFinished) {
            made++;
        } else if (event instanceof BuildEvent.Planned planned) {
            for (var step : planned.plan().steps()) {
                steps += step instanceof Step.Base ? 0 : 1;
            }
        } else if (event instanceof BuildEvent.Finished finished) {
            nanos = finished.nanos();
            status = "completed";
        } else if (event instanceof BuildEvent.Failed why) {
            nanos = why.nanos();
        }
    }

    private void line(String text, boolean flush) {
        if (failed) {
            return;
        }
        try {
            if (events == null) {
                events =
                        Files.newBufferedWriter(
                                directory.resolve("events.jsonl"), StandardCharsets.UTF_8);
            }
            events.write(text);
            events.write('\n');
            if (flush) {
                events.flush();
            }
        } catch (IOException e) {
            failed = true;
        }
    }

    @Override
    public void close() {
        line(end(), false);
        if (events != null) {
            try {
                events.close();
            } catch (IOException e) {
                failed = true;
            }
        }
    }

    private String end() {
        var json = JsonWriter.compact().beginObject();
        json.member("time", last.toString()).member("event", "record");
        json.member("status", status);
        json.member("steps", steps).member("cached", cached).member("made", made);
        json.member("nanos", nanos);
        return json.memberUnlessEmpty("error", error).endObject().toString();
    }
}
