package dev.slipway.build;

import dev.slipway.image.Platform;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The build arguments that exist without an ARG.
final class BuildArgs {
    private static final Set<String> PROXIES =
            Set.of("http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy");

    private BuildArgs() {}

    static boolean isProxy(String name) {
        return PROXIES.contains(name.toLowerCase(Locale.ROOT));
    }

    /// Whether giving this argument makes sense though no ARG declares it.
    static boolean isPredefined(String name) {
        return isProxy(name) || name.equals("SOURCE_DATE_EPOCH") || name.startsWith("BUILDKIT_");
    }

    /// `NAME=value` of the proxies the caller gave, in both cases, without those in `declared`.
    static List<String> proxyEnv(Map<String, String> buildArgs, Scope declared) {
        var env = new ArrayList<String>();
        for (var arg : buildArgs.entrySet()) {
            var name = arg.getKey();
            if (!isProxy(name)) {
                continue;
            }
            for (var form : List.of(name.toUpperCase(Locale.ROOT), name.toLowerCase(Locale.ROOT))) {
                if (declared.get(form) == null) {
                    env.add(form + "=" + arg.getValue());
                }
            }
        }
        return env;
    }

    /// The arguments about platforms, which are in the global scope from the start.
    static Map<String, String> platformArgs(
            Platform target, String targetStage, BuildRequest request) {
        var values = new LinkedHashMap<String, String>();
        platform(values, "BUILD", Platform.host());
        platform(values, "TARGET", target);
        values.put("TARGETSTAGE", targetStage);
        for (var name : List.copyOf(values.keySet())) {
            var given = request.buildArgs().get(name);
            if (given != null) {
                values.put(name, given);
            }
        }
        return values;
    }

    private static void platform(Map<String, String> values, String prefix, Platform platform) {
        var variant = platform.variant();
        values.put(prefix + "PLATFORM", platform.toString());
        values.put(prefix + "OS", platform.os());
        values.put(prefix + "ARCH", platform.architecture());
        values.put(prefix + "VARIANT", variant == null ? "" : variant);
    }
}
