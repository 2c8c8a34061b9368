package dev.slipway.build;

/// The build was stopped on request, or because another step of it failed.
public final class BuildCancelledException extends Exception {
    private static final long serialVersionUID = 1L;

    BuildCancelledException() {
        super("the build was cancelled");
    }
}
