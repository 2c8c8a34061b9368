package dev.slipway.lint;

/// What a rule must know to say anything. It is silent when that is not at hand.
public enum Evidence {
    /// The Dockerfile alone.
    TEXT("the Dockerfile", "E0"),
    /// The build context and its `.dockerignore`.
    CONTEXT("the build context", "E1"),
    /// The configuration of the base image.
    BASE_CONFIG("the base image's configuration", "E2"),
    /// The files of the base image.
    BASE_FILES("the base image's files", "E3"),
    /// A finished build of the file.
    BUILD("a build record", "E4");

    private final String text;
    private final String level;

    Evidence(String text, String level) {
        this.text = text;
        this.level = level;
    }

    /// Returns its short name, such as `E3`: the higher, the more is known.
    public String level() {
        return level;
    }

    /// Returns it in words.
    public String text() {
        return text;
    }
}
