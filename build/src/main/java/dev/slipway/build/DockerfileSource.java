package dev.slipway.build;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.DockerfileException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// The Dockerfile of a build: where it is, and its bytes.
///
/// @param name for messages
/// @param file where it is; null when it was given as text, or is not on this machine
/// @param place what tells it and its context from others
record DockerfileSource(String name, @Nullable Path file, String text, String place) {

    static DockerfileSource of(BuildRequest request) throws BuildException {
        var text = request.dockerfileText();
        var given = request.dockerfile();
        if (text != null) {
            var name = given == null ? "Dockerfile" : given.toString();
            return new DockerfileSource(name, given, text, place(request, given));
        }
        if (given != null) {
            return read(given, given.toString(), request);
        }
        var context = request.context();
        if (context == null) {
            throw BuildException.of("no Dockerfile was given")
                    .hint("name one with -f, or give a directory that holds one")
                    .make();
        }
        var usual = context.resolve("Dockerfile");
        var lower = context.resolve("dockerfile");
        return !Files.exists(usual) && Files.exists(lower)
                ? read(lower, "dockerfile", request)
                : read(usual, "Dockerfile", request);
    }

    private static DockerfileSource read(Path file, String name, BuildRequest request)
            throws BuildException {
        try {
            if (Files.isDirectory(file)) {
                throw BuildException.of(file + " is a directory, not a Dockerfile")
                        .hint("name the file in it with -f")
                        .make();
            }
            if (Files.size(file) > Dockerfile.MAX_LENGTH) {
                throw BuildException.of(name + " is too long to be a Dockerfile").make();
            }
            return new DockerfileSource(name, file, Files.readString(file), place(request, file));
        } catch (CharacterCodingException e) {
            throw BuildException.of(file + " is not a Dockerfile: it is not text in UTF-8")
                    .cause(e)
                    .make();
        } catch (NoSuchFileException e) {
            throw BuildException.of("there is no " + file)
                    .hint("name the Dockerfile with -f, or give the directory that holds it")
                    .cause(e)
                    .make();
        } catch (IOException e) {
            throw BuildException.io("cannot read " + file, e);
        }
    }

    Dockerfile parse() throws BuildException {
        try {
            return Dockerfile.parse(name, text);
        } catch (DockerfileException e) {
            throw BuildException.of(BuildException.messageOf(e))
                    .source(SourceLines.of(name, text, e.range()))
                    .cause(e)
                    .make();
        }
    }

    private static String place(BuildRequest request, @Nullable Path file) {
        var context = request.context();
        return (context == null ? "" : context.toAbsolutePath().normalize())
                + "\n"
                + (file == null ? "" : file.toAbsolutePath().normalize());
    }
}
