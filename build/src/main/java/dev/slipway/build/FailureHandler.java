package dev.slipway.build;

import java.io.IOException;

/// Is called when a RUN failed, while what it left is still there; other steps have ended by then.
@FunctionalInterface
public interface FailureHandler {
    /// Looks around. The build fails when this returns.
    ///
    /// @param shell the state the step left; closed afterwards
    /// @param why what the build is about to fail with
    void failed(StepShell shell, BuildException why)
            throws BuildException, BuildCancelledException, IOException, InterruptedException;
}
