package dev.slipway.lint;

/// What a rule must know to say anything. It is silent when that is not at hand.
public enum Evidence {
    /// The Dockerfile alone.
    TEXT("the Dockerfile"),
    /// The build context and its `.dockerignore`.
    CONTEXT("the build context"),
    /// The configuration of the base image.
    BASE_CONFIG("the base image's configuration"),
    /// The files of the base image.
    BASE_FILES("the base image's files"),
    /// A finished build of the file.
    BUILD("a build record");

    private final String text;

    Evidence(String text) {
        this.text = text;
    }

    /// Returns it in words.
    public String text() {
        return text;
    }
}
