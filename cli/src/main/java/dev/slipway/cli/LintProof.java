package dev.slipway.cli;

import dev.slipway.build.BuildCancelledException;
import dev.slipway.build.BuildRequest;
import dev.slipway.build.BuildResult;
import dev.slipway.build.Builder;
import dev.slipway.build.Cancellation;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.output.Human;
import dev.slipway.cli.progress.Progress;
import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Stage;
import dev.slipway.image.Image;
import dev.slipway.image.Platform;
import dev.slipway.lint.LintConfig;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// `slipway lint --prove`: builds a file as it is and as it would be, and says what that changes in
/// the image. Both builds use the cache, so that only what the changes touch is done again.
final class LintProof {
    private static final int MOST_FILES = 10;

    private final Parsed line;
    private final Session session;
    private final LintConfig config;

    LintProof(Parsed line, Session session, LintConfig config) {
        this.line = line;
        this.session = session;
        this.config = config;
    }

    /// A build that ended, one way or the other.
    private record Attempt(@Nullable Image image, @Nullable Exception failure) {}

    /// Compares what two texts of a Dockerfile make, and says it.
    ///
    /// @return whether the second may be written: it can be built
    /// @throws BuildCancelledException if the user stopped it
    boolean holds(LintCommand.Source source, String fixed) throws Exception {
        PrintStream err = session.err();
        String name = Human.printable(source.name());
        Attempt before = build(source, source.text());
        Attempt after = build(source, fixed);
        Image old = before.image();
        Image now = after.image();
        if (now == null) {
            Exception failure = after.failure();
            if (failure != null) {
                new ErrorPrinter(session).print(failure);
            }
            err.println(
                    old == null
                            ? name + ": nothing is proved: it does not build, changed or not"
                            : name + ": it builds now, but would not with the changes");
            err.println(name + " is left as it is");
            return false;
        }
        if (old == null) {
            err.println(
                    name
                            + ": it does not build now, and would with the changes: "
                            + now.id().shortHex());
            return true;
        }
        report(name, ImageComparison.of(old, now), err);
        unproved(source, fixed, name, err);
        return true;
    }

    private Attempt build(LintCommand.Source source, String text) throws Exception {
        Cancellation cancellation = new Cancellation();
        try (Console.Stopping _ = session.console().onStop(cancellation::cancel);
                Progress progress = ProgressChoice.of(line, session)) {
            BuildRequest request =
                    request(source, text).listener(progress).cancellation(cancellation).build();
            BuildResult result = Builder.build(session.store(), request);
            return new Attempt(Image.load(session.store(), result.manifest(), null), null);
        } catch (BuildCancelledException | InterruptedException | UsageException e) {
            throw e;
        } catch (Exception e) {
            if (e instanceof RuntimeException bug) {
                throw bug;
            }
            return new Attempt(null, e);
        }
    }

    private BuildRequest.Builder request(LintCommand.Source source, String text)
            throws UsageException, CommandException, IOException {
        Path directory = source.directory();
        BuildRequest.Builder request =
                directory == null
                        ? BuildRequest.withoutContext()
                        : BuildRequest.of(directory).dockerfileText(text);
        request.dockerfileText(text);
        Path own = Path.of(source.name() + ".dockerignore");
        if (Files.isRegularFile(own)) {
            request.ignoreFile(own);
        }
        new BuildArguments(line, session).addTo(request);
        for (Map.Entry<String, String> argument : config.rules().buildArguments().entrySet()) {
            request.buildArg(argument.getKey(), argument.getValue());
        }
        String platform = line.text(LintFlags.PLATFORM);
        if (platform != null) {
            request.platform(Platform.parse(platform));
        }
        return request;
    }

    private static void report(String name, ImageComparison images, PrintStream err) {
        ImageComparison.Facts before = images.before();
        ImageComparison.Facts after = images.after();
        if (images.isSame()) {
            err.println(
                    name
                            + ": proved: the image stays the same, "
                            + after.id().shortHex()
                            + ", "
                            + Human.size(after.bytes()));
            return;
        }
        err.println(
                name
                        + ": the image changes: "
                        + before.id().shortHex()
                        + " → "
                        + after.id().shortHex()
                        + ", "
                        + Human.size(before.bytes())
                        + " → "
                        + Human.size(after.bytes())
                        + (before.layers() == after.layers()
                                ? ""
                                : ", " + before.layers() + " → " + after.layers() + " layers"));
        files(images, err);
        if (images.settings().isEmpty()) {
            err.println("  configuration: the same");
        }
        for (String setting : images.settings()) {
            err.println("  configuration: " + Human.printable(setting));
        }
        if (images.history()) {
            err.println("  history: other instructions");
        }
    }

    private static void files(ImageComparison images, PrintStream err) {
        String times =
                images.timesOnly() == 0
                        ? ""
                        : ", " + counted(images.timesOnly()) + " of another time";
        if (images.hasSameFiles()) {
            err.println("  files: the same" + times);
            return;
        }
        err.println(
                "  files: "
                        + images.count(ImageComparison.Kind.ADDED)
                        + " added, "
                        + images.count(ImageComparison.Kind.REMOVED)
                        + " removed, "
                        + images.count(ImageComparison.Kind.CHANGED)
                        + " changed"
                        + times);
        for (ImageComparison.Kind kind : ImageComparison.Kind.values()) {
            int left = MOST_FILES;
            for (ImageComparison.Change change : images.files()) {
                if (change.kind() == kind && left-- > 0) {
                    err.println("    " + shown(change));
                }
            }
            if (left < 0) {
                err.println("    and " + -left + " more");
            }
        }
    }

    private static String counted(int files) {
        return files + (files == 1 ? " file" : " files");
    }

    private static String shown(ImageComparison.Change change) {
        String sign =
                switch (change.kind()) {
                    case ADDED -> "+ ";
                    case REMOVED -> "- ";
                    case CHANGED -> "~ ";
                };
        String path = Human.printable(change.path());
        return change.how().isEmpty()
                ? sign + path + "  " + Human.size(change.bytes())
                : sign + path + "  " + Human.printable(change.how());
    }

    /// Says which changed stages took no part in the build, so that it showed nothing of them.
    private void unproved(LintCommand.Source source, String fixed, String name, PrintStream err)
            throws Exception {
        List<String> skipped =
                Builder.plan(session.store(), request(source, fixed).build()).skippedStages();
        if (skipped.isEmpty()) {
            return;
        }
        List<Stage> before = Dockerfile.parseTolerant(name, source.text()).stages();
        List<Stage> after = Dockerfile.parseTolerant(name, fixed).stages();
        for (int i = 0; i < Math.min(before.size(), after.size()); i++) {
            Stage stage = after.get(i);
            String given = stage.from().name();
            String called = given == null ? "stage-" + i : given;
            boolean changed = !text(source.text(), before.get(i)).equals(text(fixed, stage));
            if (skipped.contains(called) && changed) {
                err.println(
                        "  not proved: the changes in stage "
                                + Human.printable(called)
                                + ", which this build does not need");
            }
        }
    }

    private static String text(String whole, Stage stage) {
        int end =
                stage.instructions().isEmpty()
                        ? stage.from().range().end().offset()
                        : stage.instructions().getLast().range().end().offset();
        return whole.substring(stage.from().range().start().offset(), end);
    }
}
