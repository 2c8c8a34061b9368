package dev.slipway.lint.rules;

import dev.slipway.lint.model.Check;

import java.util.List;

/// All checks. They keep state while they look at a file: each run needs its own.
public final class Checks {
    private Checks() {}

    /// Returns new checks of everything.
    public static List<Check> all() {
        return List.of(
                new SyntaxChecks(),
                new BaseChecks(),
                new StageChecks(),
                new ArgumentChecks(),
                new FileChecks(),
                new OrderChecks(),
                new CasingChecks(),
                new UserChecks(),
                new PathChecks(),
                new VariableChecks(),
                new LabelChecks(),
                new AptChecks(),
                new RpmChecks(),
                new OtherPackageChecks(),
                new PipChecks(),
                new NodeChecks(),
                new GemGoChecks(),
                new CommandChecks(),
                new PipeChecks(),
                new ShellChecks(),
                new SecretChecks(),
                new TrustChecks(),
                new KnownBaseChecks(),
                new ContextChecks(),
                new PragmaChecks(),
                new AccountChecks(),
                new BaseTrapChecks(),
                new IgnoreFileChecks(),
                new ImageChecks(),
                new BuildChecks());
    }
}
