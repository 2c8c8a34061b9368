package dev.slipway.distribution.storage;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/// Which cache of GitHub Actions is meant, in BuildKit's words. The text form holds no secret.
///
/// @param scope tells caches of one repository and branch from each other
/// @param url of the service's version 1; null: `ACTIONS_CACHE_URL`
/// @param urlV2 of its version 2; null: `ACTIONS_RESULTS_URL`
/// @param token null: `ACTIONS_RUNTIME_TOKEN`
/// @param version 1 or 2; 0: as the environment says
/// @param timeout of one request, with its attempts
public record ActionsSettings(
        String scope,
        @Nullable String url,
        @Nullable String urlV2,
        @Nullable String token,
        int version,
        Duration timeout) {
    @Override
    public String toString() {
        return "gha:" + scope;
    }
}
