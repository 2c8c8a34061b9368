package dev.slipway.cli;

import dev.slipway.build.RemoteCaches;
import dev.slipway.cli.options.Amounts;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.UsageException;
import dev.slipway.distribution.storage.ActionsSettings;
import dev.slipway.distribution.storage.ActionsStorage;
import dev.slipway.distribution.storage.S3Settings;
import dev.slipway.distribution.storage.S3Storage;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// Turns fields of `--cache-from` and `--cache-to` into storages that are no registries; the fields
/// are BuildKit's.
final class StorageArguments {
    private static final int MOST_AT_ONCE = 64;

    private StorageArguments() {}

    static RemoteCaches.Place s3(Option option, CommaFields fields, Map<String, String> environment)
            throws UsageException {
        String bucket = or(fields.take("bucket"), environment.get("AWS_BUCKET"));
        if (bucket == null) {
            throw new UsageException(option + " type=s3 needs bucket=NAME");
        }
        for (int i = 0; i < bucket.length(); i++) {
            char c = bucket.charAt(i);
            if (!Character.isLetterOrDigit(c) && "-._".indexOf(c) < 0) {
                throw new UsageException(option + ": " + bucket + " is no bucket's name");
            }
        }
        String names = or(fields.take("name"), null);
        S3Settings settings =
                new S3Settings(
                        bucket,
                        or(fields.take("region"), null),
                        text(fields, "prefix", ""),
                        text(fields, "blobs_prefix", "blobs/"),
                        text(fields, "manifests_prefix", "manifests/"),
                        names == null ? List.of("buildkit") : List.of(names.split(";", -1)),
                        endpoint(option, fields),
                        fields.takeFlag("use_path_style"),
                        or(fields.take("access_key_id"), null),
                        or(fields.take("secret_access_key"), null),
                        or(fields.take("session_token"), null),
                        duration(option, fields, "touch_refresh", Duration.ofHours(24)),
                        parallelism(option, fields));
        for (String ignored : List.of("retry_mode", "retry_max_attempts")) {
            fields.take(ignored); // attempts are ours
        }
        return new RemoteCaches.StoragePlace(
                () -> S3Storage.open(settings, environment, InstantSource.system()));
    }

    static RemoteCaches.Place actions(
            Option option, CommaFields fields, Map<String, String> environment)
            throws UsageException {
        String version = fields.take("version");
        if (version != null && !version.equals("1") && !version.equals("2")) {
            throw new UsageException(option + " type=gha: version is 1 or 2, not " + version);
        }
        ActionsSettings settings =
                new ActionsSettings(
                        text(fields, "scope", "buildkit"),
                        or(fields.take("url"), null),
                        or(fields.take("url_v2"), null),
                        or(fields.take("token"), null),
                        version == null ? 0 : Integer.parseInt(version),
                        duration(option, fields, "timeout", Duration.ofMinutes(10)));
        for (String ignored : List.of("repository", "ghtoken")) {
            fields.take(ignored); // BuildKit asks GitHub's API with them for what is there already
        }
        return new RemoteCaches.StoragePlace(() -> ActionsStorage.open(settings, environment));
    }

    private static @Nullable String or(@Nullable String given, @Nullable String otherwise) {
        String value = given == null || given.isEmpty() ? otherwise : given;
        return value == null || value.isEmpty() ? null : value;
    }

    private static String text(CommaFields fields, String name, String otherwise) {
        String given = fields.take(name);
        return given == null ? otherwise : given;
    }

    private static @Nullable URI endpoint(Option option, CommaFields fields) throws UsageException {
        String given = or(fields.take("endpoint_url"), null);
        if (given == null) {
            return null;
        }
        try {
            URI uri = URI.create(given);
            boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getRawQuery() == null) {
                return uri;
            }
        } catch (IllegalArgumentException _) {
            // told below
        }
        throw new UsageException(option + ": endpoint_url is an address such as https://host:9000");
    }

    private static Duration duration(
            Option option, CommaFields fields, String name, Duration otherwise)
            throws UsageException {
        String given = or(fields.take(name), null);
        if (given == null) {
            return otherwise;
        }
        long nanos = Amounts.nanos(given);
        if (nanos < 0) {
            throw new UsageException(option + ": " + name + " is a time such as 24h");
        }
        return Duration.ofNanos(nanos);
    }

    private static int parallelism(Option option, CommaFields fields) throws UsageException {
        String given = or(fields.take("upload_parallelism"), "4");
        try {
            int value = Integer.parseInt(String.valueOf(given));
            if (value > 0) {
                return Math.min(value, MOST_AT_ONCE);
            }
        } catch (NumberFormatException _) {
            // told below
        }
        throw new UsageException(option + ": upload_parallelism is a number above 0");
    }
}
