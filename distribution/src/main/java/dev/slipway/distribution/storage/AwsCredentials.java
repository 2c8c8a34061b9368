package dev.slipway.distribution.storage;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Who we are to S3. The text form holds no secret.
///
/// @param sessionToken of credentials that are for a while; null: none
record AwsCredentials(String accessKeyId, String secretAccessKey, @Nullable String sessionToken) {
    private static final int MAX_FILE_BYTES = 1 << 20;

    /// Looks for credentials in the environment, then in the profile of the credentials file
    /// (`AWS_SHARED_CREDENTIALS_FILE`, else `~/.aws/credentials`), then in that of the
    /// configuration file. Nothing else is asked: no service of the machine, no process, no login
    /// in a browser.
    static AwsCredentials find(Map<String, String> environment) throws IOException {
        String id = environment.getOrDefault("AWS_ACCESS_KEY_ID", "");
        String secret = environment.getOrDefault("AWS_SECRET_ACCESS_KEY", "");
        if (!id.isEmpty() && !secret.isEmpty()) {
            return new AwsCredentials(id, secret, text(environment, "AWS_SESSION_TOKEN"));
        }
        Path file = file(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
        String profile = profile(environment);
        Map<String, String> keys = file == null ? Map.of() : section(file, profile);
        if (!keys.containsKey("aws_access_key_id")) {
            keys = configured(environment);
        }
        id = keys.getOrDefault("aws_access_key_id", "");
        secret = keys.getOrDefault("aws_secret_access_key", "");
        if (id.isEmpty() || secret.isEmpty()) {
            throw new StorageException(
                    "there are no credentials for S3: neither AWS_ACCESS_KEY_ID and"
                            + " AWS_SECRET_ACCESS_KEY are set nor has the profile \""
                            + profile
                            + "\" of "
                            + (file == null ? "~/.aws/credentials" : file)
                            + " any",
                    0,
                    "");
        }
        return new AwsCredentials(id, secret, text(keys, "aws_session_token"));
    }

    /// The region of the user's profile in the configuration file; null if it has none.
    static @Nullable String region(Map<String, String> environment) throws IOException {
        return text(configured(environment), "region");
    }

    /// What the configuration file (`AWS_CONFIG_FILE`, else `~/.aws/config`) says of the profile.
    private static Map<String, String> configured(Map<String, String> environment)
            throws IOException {
        Path file = file(environment, "AWS_CONFIG_FILE", "config");
        String profile = profile(environment);
        String section = profile.equals("default") ? profile : "profile " + profile;
        return file == null ? Map.of() : section(file, section);
    }

    private static String profile(Map<String, String> environment) {
        String profile = text(environment, "AWS_PROFILE");
        profile = profile == null ? text(environment, "AWS_DEFAULT_PROFILE") : profile;
        return profile == null ? "default" : profile;
    }

    private static @Nullable String text(Map<String, String> from, String name) {
        String value = from.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    private static @Nullable Path file(
            Map<String, String> environment, String variable, String usual) {
        String given = text(environment, variable);
        String home = text(environment, "HOME");
        if (given != null) {
            return Path.of(given);
        }
        return home == null ? null : Path.of(home, ".aws", usual);
    }

    /// The `name = value` lines of one section; empty if there is none, or no file.
    private static Map<String, String> section(Path file, String wanted) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_FILE_BYTES);
        } catch (NoSuchFileException _) {
            return Map.of();
        }
        var values = new HashMap<String, String>();
        boolean inside = false;
        for (String raw : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
            String line = raw.strip();
            int equals = line.indexOf('=');
            if (line.startsWith("[") && line.endsWith("]")) {
                inside = line.substring(1, line.length() - 1).strip().equals(wanted);
            } else if (inside && equals > 0 && line.charAt(0) != '#' && line.charAt(0) != ';') {
                values.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
            }
        }
        return values;
    }

    @Override
    public String toString() {
        return "AWS credentials of " + accessKeyId;
    }
}
