package dev.slipway.cli;

import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a JVM is shown when its AOT cache is made: the commands that users start most, on a store
/// in a scratch directory. Not a command: `scripts/install-jar` starts this class.
///
/// Only what these commands load is in the cache, and loading it costs time even when it is not
/// used, so rare commands stay out.
final class StartUpTraining {
    /// Every instruction that makes no process: a class that is not in the cache is looked for in
    /// the jar, which has to be opened for it.
    private static final String DOCKERFILE =
            """
            # syntax=docker/dockerfile:1
            ARG BASE=scratch
            FROM ${BASE} AS one
            WORKDIR /work
            COPY src/ ./
            ADD src/f1 /added/
            FROM scratch AS two
            MAINTAINER someone
            SHELL ["/bin/sh", "-c"]
            ENV A=1 B=${A:-2}
            COPY --chown=1:2 src/f* /two/
            COPY <<EOF /greeting
            hello
            EOF
            FROM scratch
            ARG WHO=training
            LABEL who=$WHO
            EXPOSE 80
            VOLUME /data
            STOPSIGNAL SIGTERM
            HEALTHCHECK --interval=5s CMD ["/bin/true"]
            COPY --from=one /work /one
            COPY --from=two /two /two
            USER 1000
            ENTRYPOINT ["nothing"]
            CMD ["nothing"]
            """;

    private static final String WITH_RUN =
            """
            FROM scratch AS made
            COPY root /
            RUN ["/bin/true"]
            """;
    private static final String ON_AN_IMAGE =
            """
            FROM training-run AS first
            COPY src/ ./
            RUN ["/bin/true"]
            FROM training-run
            ENV MODE=production
            COPY --from=first /f1 /app/
            USER 1000
            CMD ["cat", "/app/all"]
            """;

    private static final String LINTED =
            """
            FROM debian AS build
            RUN apt-get update && apt-get install curl | tee log; \\
                if [ -n "$A" ]; then echo $(date) 'x' > /a; fi
            # a comment
            RUN set -e; v=`uname`; for f in *.c; do case "$f" in a*) cat $f;; *) cd x || exit;; esac; done
            RUN <<EOF
            while read -r l; do echo "${l:-1} $((1 + 2))"; done < /a
            f() { [[ $1 == a ]]; }
            EOF
            expose 80
            LABEL a=1
            UNKNOWN x
            HEALTHCHECK CMD true
            COPY a b /c
            FROM debian:12
            COPY --from=build /a /a
            CMD app
            """;

    private final Path directory;
    private final Map<String, String> environment;

    private StartUpTraining(Path directory) {
        this.directory = directory;
        this.environment = new HashMap<>(System.getenv());
        environment.put("SLIPWAY_HOME", directory.resolve("home").toString());
    }

    public static void main(String[] args) throws IOException {
        // As Main does, so that the thread and its class are known.
        Main.linkNativeCalls(new String[] {"build"});
        StartUpTraining training = new StartUpTraining(Path.of(args[0]));
        training.builds();
        training.run("--version");
        training.run("images");
        training.run("run", "--help");
    }

    private void builds() throws IOException {
        Path context = Files.createDirectories(directory.resolve("context"));
        Path source = Files.createDirectories(context.resolve("src"));
        Files.writeString(context.resolve("Dockerfile"), DOCKERFILE);
        Files.writeString(context.resolve(".dockerignore"), "*.tmp\nout/**\n");
        for (int i = 0; i < 10; i++) {
            Files.writeString(source.resolve("f" + i), "content " + i);
        }
        String folder = context.toString();
        run("build", "-t", "training", folder);
        run("build", "-t", "training", folder);
        run("build", "-q", "-t", "training", folder);
        Files.writeString(source.resolve("f1"), "changed");
        run("build", "-t", "training", folder);
        lints();
        withRun();
        Path onImage = Files.writeString(directory.resolve("on-image"), ON_AN_IMAGE);
        for (int i = 0; i < 3; i++) {
            run("build", "-q", "-t", "training", "-f", onImage.toString(), folder);
        }
    }

    /// Several files are looked at side by side. A `shellcheck` that finds nothing is as good as
    /// the real one, which may not be here.
    private void lints() throws IOException {
        Path files = Files.createDirectories(directory.resolve("linted"));
        for (int i = 0; i < 10; i++) {
            Files.writeString(files.resolve(i + ".Dockerfile"), LINTED);
        }
        run("lint", "--shellcheck", "off", files.toString());
        Path program = Files.createDirectories(directory.resolve("bin")).resolve("shellcheck");
        Files.writeString(program, "#!/bin/sh\necho '{\"comments\":[]}'\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        String path = environment.put("PATH", String.valueOf(program.getParent()));
        run("lint", files.resolve("1.Dockerfile").toString());
        environment.put("PATH", path == null ? "" : path);
    }

    /// A RUN step needs a program: /bin/true, with the libc and loader that this process has
    /// mapped.
    private void withRun() throws IOException {
        Path context = Files.createDirectories(directory.resolve("run"));
        Files.writeString(context.resolve("Dockerfile"), WITH_RUN);
        copy(Path.of("/bin/true"), context);
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            int at = line.indexOf('/');
            String file = at < 0 ? "" : line.substring(at);
            String name = file.substring(file.lastIndexOf('/') + 1);
            if (name.startsWith("libc.so") || name.startsWith("ld-linux")) {
                copy(Path.of(file), context);
                // Programs name the loader by /lib or /lib64, which merged-/usr systems link to
                // /usr.
                copy(Path.of(file), context, "/lib64/" + name);
                copy(Path.of(file), context, "/lib/" + name);
            }
        }
        run("build", "-t", "training-run", context.toString());
        run("run", "--rm", "training-run", "/bin/true");
    }

    private static void copy(Path file, Path context) throws IOException {
        copy(file, context, file.toString());
    }

    private static void copy(Path file, Path context, String place) throws IOException {
        Path target = context.resolve("root" + place);
        if (Files.exists(file) && !Files.exists(target)) {
            Files.createDirectories(target.getParent());
            Files.copy(file, target);
        }
    }

    private void run(String... args) {
        StandardOutput standard = new StandardOutput(FileDescriptor.out);
        PrintStream out = standard.text();
        PrintStream err = new StandardOutput(FileDescriptor.err).text();
        int code =
                Main.run(
                        args,
                        new Session(
                                environment,
                                new ByteArrayInputStream(new byte[0]),
                                out,
                                err,
                                standard,
                                new ProcessConsole()));
        out.flush();
        err.flush();
        System.out.println(List.of(args) + " -> " + code);
    }
}
