package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobApiMetadata;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.domain.Blob;
import org.jclouds.blobstore.options.ListContainerOptions;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/// S3Proxy, a server of the S3 protocol that checks signatures, with a bucket in memory.
final class S3Server {
    static final String BUCKET = "build-cache";
    static final String KEY_ID = "AKIDEXAMPLE";
    static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    private final BlobStoreContext context;
    private final S3Proxy proxy;

    S3Server() throws Exception {
        context =
                ContextBuilder.newBuilder(new TransientNio2BlobApiMetadata())
                        .credentials("any", "any")
                        .build(BlobStoreContext.class);
        blobs().createContainerInLocation(null, BUCKET);
        proxy =
                S3Proxy.builder()
                        .blobStore(blobs())
                        .endpoint(URI.create("http://127.0.0.1:0"))
                        .awsAuthentication(AuthenticationType.AWS_V4, KEY_ID, SECRET)
                        .build();
        proxy.start();
        for (int i = 0; !proxy.getState().equals("STARTED"); i++) {
            assertThat(i).isLessThan(10_000);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private BlobStore blobs() {
        return context.getBlobStore();
    }

    String endpoint() {
        return "http://127.0.0.1:" + proxy.getPort();
    }

    /// Fields of a cache in the bucket, without credentials.
    String fields(String name) {
        return "type=s3,region=eu-central-1,use_path_style=true,bucket="
                + BUCKET
                + ",prefix=team/,name="
                + name
                + ",endpoint_url="
                + endpoint();
    }

    List<String> keys() {
        return blobs().list(BUCKET, ListContainerOptions.Builder.recursive()).stream()
                .map(each -> each.getName())
                .sorted()
                .toList();
    }

    byte[] read(String key) throws IOException {
        Blob blob = Objects.requireNonNull(blobs().getBlob(BUCKET, key));
        try (InputStream in = Objects.requireNonNull(blob.getPayload()).openStream()) {
            return in.readAllBytes();
        }
    }

    Map<String, String> metadata(String key) {
        return Objects.requireNonNull(blobs().blobMetadata(BUCKET, key)).getUserMetadata();
    }

    void write(String key, byte[] content) {
        blobs().putBlob(BUCKET, blobs().blobBuilder(key).payload(content).build());
    }

    void remove(String key) {
        blobs().removeBlob(BUCKET, key);
    }

    void stop() throws Exception {
        proxy.stop();
        context.close();
    }
}
