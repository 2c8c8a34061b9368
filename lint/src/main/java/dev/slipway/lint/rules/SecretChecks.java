package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Instruction;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.StageModel;

import java.util.List;
import java.util.Set;

/// Names of variables that look like secrets.
final class SecretChecks implements Check {
    private static final Set<String> WORDS =
            Set.of(
                    "apikey",
                    "auth",
                    "credential",
                    "credentials",
                    "key",
                    "password",
                    "pword",
                    "passwd",
                    "secret",
                    "token");
    private static final Set<String> HARMLESS = Set.of("public", "file", "version");
    private static final List<String> PARTS =
            List.of("api_key", "client_key", "password", "private", "secret", "token", "username");

    // Variables that well-known services give credentials in.
    private static final Set<String> KNOWN =
            Set.of(
                    "APPLICATION_KEY",
                    "AWS_ACCESS_KEY_ID",
                    "CI_DEPLOY_USER",
                    "DOCKER_EMAIL",
                    "FACEBOOK_APP_ID",
                    "HEROKU_API_USER",
                    "OKTA_AUTHN_GROUPID",
                    "OKTA_CLIENT_ORGURL",
                    "OKTA_OAUTH2_CLIENTID",
                    "STRIPE_DEVICE_NAME",
                    "TRAVIS_OS_NAME",
                    "TRAVIS_SUDO",
                    "VAULT_CLIENT_KEY");

    @Override
    public void check(LintFile file, Findings findings) {
        for (StageModel stage : file.stages()) {
            for (Instruction instruction : stage.instructions()) {
                names(instruction, findings);
            }
        }
    }

    private static void names(Instruction instruction, Findings findings) {
        boolean reported = false;
        for (VariableChecks.Named named : VariableChecks.named(instruction)) {
            boolean hadolint = isSuspicious(named.name());
            boolean buildKit = isSecret(named.name());
            if (!hadolint && !buildKit) {
                continue;
            }
            Findings.Report report = findings.at(instruction);
            if (hadolint && !reported) {
                report.as("DL3064");
                reported = true;
            }
            if (buildKit) {
                report.as(
                        "SecretsUsedInArgOrEnv",
                        "Do not use ARG or ENV instructions for sensitive data ("
                                + Wording.upper(instruction.source().keyword().text())
                                + " "
                                + Wording.quoted(named.name())
                                + ")");
            }
            report.add();
        }
    }

    private static boolean isSuspicious(String name) {
        if (KNOWN.contains(Wording.upper(name))) {
            return true;
        }
        String lower = Wording.lower(name);
        for (String part : PARTS) {
            if (lower.contains(part)) {
                return true;
            }
        }
        return false;
    }

    // Looks at the words between underscores.
    static boolean isSecret(String name) {
        boolean secret = false;
        String lower = Wording.lower(name);
        int start = 0;
        while (start <= lower.length()) {
            int next = lower.indexOf('_', start);
            int end = next < 0 ? lower.length() : next;
            String word = lower.substring(start, end);
            secret |= WORDS.contains(word);
            if (HARMLESS.contains(word)) {
                return false;
            }
            start = end + 1;
        }
        return secret;
    }
}
