package dev.slipway.distribution.storage;

import dev.slipway.distribution.BlobSource;
import dev.slipway.distribution.http.HttpResponse;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Json;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// A cache in the cache service of GitHub Actions, in BuildKit's layout: `buildkit-blob-1-<digest>`
/// for blobs; `index-<scope>-1-<branch>#<number>` for the index, the highest number being the last,
/// as entries are written once. `<branch>` is made of what the token says we may write to.
public final class ActionsStorage implements BlobStorage {
    private static final String BLOB = "buildkit-blob-1-";
    private static final int WIDTH = 4;
    private static final int NUMBERS_TRIED = 20;
    private static final int MAX_SCOPES = 32;
    private static final int WRITE = 2;

    private final ActionsSettings settings;
    private final Requests requests;
    private final ActionsRequests answers;
    private final ActionsService service;
    private final List<Branch> branches;

    /// A branch, or tag, whose caches the token opens.
    private record Branch(String ref, boolean writable) {}

    private ActionsStorage(
            ActionsSettings settings,
            Requests requests,
            ActionsRequests answers,
            ActionsService service,
            List<Branch> branches) {
        this.settings = settings;
        this.requests = requests;
        this.answers = answers;
        this.service = service;
        this.branches = branches;
    }

    /// Opens a cache; nothing is asked yet.
    ///
    /// @param environment of a job of GitHub Actions, with its runtime variables
    /// @throws IOException if these are missing
    public static ActionsStorage open(ActionsSettings settings, Map<String, String> environment)
            throws IOException {
        String token = or(settings.token(), environment.get("ACTIONS_RUNTIME_TOKEN"));
        String one = or(settings.url(), environment.get("ACTIONS_CACHE_URL"));
        String two = or(settings.urlV2(), environment.get("ACTIONS_RESULTS_URL"));
        boolean second = isSecond(settings, environment, one);
        String url = second ? two : one;
        if (token == null || url == null) {
            var missing = new ArrayList<String>();
            if (token == null) {
                missing.add("ACTIONS_RUNTIME_TOKEN");
            }
            if (url == null) {
                missing.add(second ? "ACTIONS_RESULTS_URL" : "ACTIONS_CACHE_URL");
            }
            throw new StorageException(
                    "type=gha is for jobs of GitHub Actions: "
                            + String.join(" and ", missing)
                            + (missing.size() > 1 ? " are" : " is")
                            + " not set (run: steps get them from an action that exports them)",
                    0,
                    "");
        }
        var requests = new Requests(environment, settings.timeout());
        var answers = new ActionsRequests(requests, settings.toString(), token);
        ActionsService service =
                second ? new ActionsServiceV2(answers, url) : new ActionsServiceV1(answers, url);
        return new ActionsStorage(settings, requests, answers, service, branches(token));
    }

    private static boolean isSecond(
            ActionsSettings settings, Map<String, String> environment, @Nullable String one) {
        if (settings.version() != 0) {
            return settings.version() == 2;
        }
        String wanted = environment.getOrDefault("ACTIONS_CACHE_SERVICE_V2", "").strip();
        boolean said = !wanted.isEmpty() && !wanted.equals("0") && !wanted.equals("false");
        return said || settings.urlV2() != null || one == null;
    }

    private static @Nullable String or(@Nullable String given, @Nullable String otherwise) {
        String value = given == null || given.isEmpty() ? otherwise : given;
        return value == null || value.isEmpty() ? null : value;
    }

    /// What the token opens, as its claim `ac` says; it is the service that verifies the token. One
    /// that is no JSON Web Token opens one nameless branch: services that imitate GitHub's have
    /// such.
    private static List<Branch> branches(String token) {
        var branches = new ArrayList<Branch>();
        String[] parts = token.split("\\.", -1);
        try {
            if (parts.length == 3) {
                var claims = Json.parseObject(Base64.getUrlDecoder().decode(parts[1]));
                String list = claims.text("ac", "[]");
                String wrapped = "{\"ac\":" + list + "}";
                var json = Json.parseObject(wrapped.getBytes(StandardCharsets.UTF_8));
                for (var each : json.objects("ac")) {
                    long permission = each.number("Permission", 0);
                    branches.add(new Branch(each.text("Scope", ""), (permission & WRITE) != 0));
                }
            }
        } catch (IOException | IllegalArgumentException _) {
            branches.clear();
        }
        if (branches.isEmpty() || branches.size() > MAX_SCOPES) {
            return List.of(new Branch("", true));
        }
        return List.copyOf(branches);
    }

    @Override
    public String name() {
        return settings.toString();
    }

    @Override
    public int width() {
        return WIDTH;
    }

    private String indexKey(Branch branch) {
        byte[] ref = branch.ref().getBytes(StandardCharsets.UTF_8);
        String hash = S3Signer.sha256(ref).substring(0, 8);
        return "index-" + settings.scope() + "-1-" + hash + "#";
    }

    /// The branch that is written to comes first: it is the job's own.
    @Override
    public List<byte[]> indexes(int maxBytes) throws IOException {
        var found = new ArrayList<byte[]>();
        for (Branch branch : branches) {
            String key = indexKey(branch);
            ActionsService.Entry entry = service.find(key);
            if (entry == null || !entry.key().startsWith(key)) {
                continue;
            }
            try (HttpResponse response =
                    answers.good(service.open(entry, 0), "reading the cache")) {
                byte[] content = response.read(maxBytes);
                found.add(branch.writable() ? 0 : found.size(), content);
            }
        }
        return found;
    }

    @Override
    public void putIndex(byte[] content) throws IOException {
        Branch own = null;
        for (Branch branch : branches) {
            own = branch.writable() ? branch : own;
        }
        if (own == null) {
            throw new StorageException(
                    settings + ": the job's token may read caches, but not write them", 0, "");
        }
        String key = indexKey(own);
        ActionsService.Entry last = service.find(key);
        long number = last == null ? 0 : number(last.key(), key);
        for (int i = 0; i < NUMBERS_TRIED; i++) {
            if (service.save(key + ++number, BlobSource.of(content))) {
                return;
            }
        }
        throw new StorageException(
                settings + ": " + NUMBERS_TRIED + " others are writing this cache", 0, "");
    }

    private static long number(String key, String prefix) {
        try {
            return key.startsWith(prefix) ? Long.parseLong(key.substring(prefix.length())) : 0;
        } catch (NumberFormatException _) {
            return 0; // whoever made that: the next number that is free will do
        }
    }

    @Override
    public boolean has(Digest blob) throws IOException {
        return find(blob) != null;
    }

    private ActionsService.@Nullable Entry find(Digest blob) throws IOException {
        String key = BLOB + blob;
        ActionsService.Entry entry = service.find(key);
        return entry != null && entry.key().equals(key) ? entry : null;
    }

    @Override
    public InputStream open(Descriptor blob) throws IOException {
        ActionsService.Entry entry = find(blob.digest());
        if (entry == null) {
            throw new StorageException(
                    settings + " has no blob " + blob.digest().shortHex() + " any more", 404, "");
        }
        return new ResumingBlob(from -> {
            HttpResponse response = service.open(entry, from);
            if (!response.isSuccess()) {
                try (response) {
                    throw answers.refused(response, "reading a blob").why();
                }
            }
            return response;
        });
    }

    @Override
    public void put(BlobSource blob) throws IOException {
        // What another client is writing will be there for the next build.
        service.save(BLOB + blob.descriptor().digest(), blob);
    }

    @Override
    public void close() {
        requests.close();
    }
}
