package dev.slipway.cli;

import dev.slipway.build.bake.BakePlan;
import dev.slipway.build.bake.BakeTarget;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;

/// `slipway bake --call`: what the Dockerfiles of targets say of themselves, instead of building
/// them.
final class BakeCalls {
    private final BakePlan plan;
    private final BakeRequests requests;
    private final Session session;

    BakeCalls(BakePlan plan, BakeRequests requests, Session session) {
        this.plan = plan;
        this.requests = requests;
        this.session = session;
    }

    /// Whether any target asks for something else than to be built.
    static boolean any(BakePlan plan) {
        for (BakeTarget target : plan.targets().values()) {
            if (!target.call().equals("build")) {
                return true;
            }
        }
        return false;
    }

    /// Asks them all; returns the first exit code that is not 0.
    int run() throws Exception {
        int code = Main.OK;
        String separator = "";
        for (BakeTarget target : plan.targets().values()) {
            if (target.call().equals("build")) {
                continue;
            }
            session.out().println(separator + target.name());
            if (!target.description().isEmpty()) {
                session.out().println(target.description());
            }
            session.out().println();
            separator = System.lineSeparator();
            Parsed parsed = requests.parsed(target);
            try {
                int result =
                        new BuildCalls(parsed, session)
                                .run(target.call(), requests.request(target, parsed).build());
                code = code == Main.OK ? result : code;
            } catch (UsageException wrong) {
                throw TargetRequests.in(target, wrong);
            }
        }
        return code;
    }
}
