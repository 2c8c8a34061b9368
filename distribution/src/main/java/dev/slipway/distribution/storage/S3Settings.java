package dev.slipway.distribution.storage;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/// Where in S3 a cache is, in BuildKit's words. The text form holds no secret.
///
/// @param region null: that of the environment or of the user's profile
/// @param prefix of all keys
/// @param names of the cache: all are written, the first is read
/// @param endpoint of a service that is not AWS; null: AWS
/// @param pathStyle whether the bucket is the first name of the path, not of the host; counts with
///   an endpoint only
/// @param accessKeyId null: the user's own
/// @param touchRefresh age from which on an object that is still of use is made young again
/// @param uploadParallelism how many blobs, or parts of one, are sent at once
public record S3Settings(
        String bucket,
        @Nullable String region,
        String prefix,
        String blobsPrefix,
        String manifestsPrefix,
        List<String> names,
        @Nullable URI endpoint,
        boolean pathStyle,
        @Nullable String accessKeyId,
        @Nullable String secretAccessKey,
        @Nullable String sessionToken,
        Duration touchRefresh,
        int uploadParallelism) {
    public S3Settings {
        names = List.copyOf(names);
    }

    @Override
    public String toString() {
        return "s3://" + bucket + "/" + prefix + manifestsPrefix + names.getFirst();
    }
}
