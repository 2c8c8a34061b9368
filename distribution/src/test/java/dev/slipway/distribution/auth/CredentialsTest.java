package dev.slipway.distribution.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.Json;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Where credentials are found, against files as docker and podman write them.
class CredentialsTest {
    @TempDir private Path home;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void path() {
        environment.put("PATH", home + ":/usr/bin:/bin");
    }

    private Credentials credentials() {
        return new Credentials(environment, home, null);
    }

    private static String auth(String user, String password) {
        byte[] bytes = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "{\"auth\":\"" + Base64.getEncoder().encodeToString(bytes) + "\"}";
    }

    private static String auths(String... keysAndUsers) {
        var text = new StringBuilder("{\"auths\":{");
        for (int i = 0; i < keysAndUsers.length; i += 2) {
            text.append(i == 0 ? "" : ",").append('"').append(keysAndUsers[i]).append("\":");
            text.append(auth(keysAndUsers[i + 1], "pw"));
        }
        return text.append("}}").toString();
    }

    private void write(String file, String content) throws IOException {
        Path path = home.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private String user(String host, String repository) throws IOException {
        return credentials().find(host, repository).userName();
    }

    @Test
    void places_countInTheirOrder() throws Exception {
        environment.put("XDG_RUNTIME_DIR", home.resolve("run").toString());
        write(".dockercfg", "{\"r.example\":" + auth("oldest", "pw") + "}");
        assertThat(user("r.example", "a")).isEqualTo("oldest");
        write(".docker/config.json", auths("r.example", "docker"));
        assertThat(user("r.example", "a")).isEqualTo("docker");
        write(".config/containers/auth.json", auths("r.example", "podman"));
        assertThat(user("r.example", "a")).isEqualTo("podman");
        write("run/containers/auth.json", auths("r.example", "runtime"));
        assertThat(user("r.example", "a")).isEqualTo("runtime");
        environment.put("DOCKER_AUTH_CONFIG", auths("r.example", "variable"));
        assertThat(user("r.example", "a")).isEqualTo("variable");
        write("only.json", auths("other.example", "only"));
        environment.put("REGISTRY_AUTH_FILE", home.resolve("only.json").toString());
        assertThat(credentials().find("r.example", "a")).isEqualTo(Credential.anonymous());
        assertThat(user("other.example", "a")).isEqualTo("only");
    }

    @ParameterizedTest
    @CsvSource({
        "r.example, team/app, repository",
        "r.example, team/other, namespace",
        "r.example, else, registry",
        "r.example, team2/app, registry",
        "docker.io, library/alpine, hub",
        "v1.example, x, old",
        "port.example:5000, x, ported",
        "port.example, x, ''",
    })
    void keys_theMostSpecificCounts(String host, String repository, String expected)
            throws Exception {
        write(
                ".docker/config.json",
                auths(
                        "r.example",
                        "registry",
                        "r.example/team",
                        "namespace",
                        "r.example/team/app",
                        "repository",
                        "https://index.docker.io/v1/",
                        "hub",
                        "https://v1.example/v1/",
                        "old",
                        "port.example:5000",
                        "ported"));
        assertThat(user(host, repository)).isEqualTo(expected);
    }

    @Test
    void tokens_areTold() throws Exception {
        write(
                ".docker/config.json",
                """
                {"auths": {"id.example": {"auth": "PHRva2VuPjo=", "identitytoken": "abc"},
                           "reg.example": {"registrytoken": "def"},
                           "nul.example": {"auth": "dTpwdwA="}}}\
                """);
        assertThat(credentials().find("id.example", ""))
                .isEqualTo(new Credential.IdentityToken("<token>", "abc"));
        assertThat(credentials().find("reg.example", ""))
                .isEqualTo(new Credential.RegistryToken("def"));
        assertThat(credentials().find("nul.example", ""))
                .isEqualTo(new Credential.Password("u", "pw"));
    }

    private void helper(String name, String script) throws IOException {
        Path program = home.resolve("docker-credential-" + name);
        Files.writeString(program, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void helpers_comeBeforeTheFile() throws Exception {
        helper(
                "one",
                "read server; printf '{\"ServerURL\":\"%s\",\"Username\":\"u-%s\",\"Secret\":\"s\"}' \"$server\" \"$server\"");
        helper("none", "echo credentials not found in native keychain; exit 1");
        helper("token", "echo '{\"Username\":\"<token>\",\"Secret\":\"t\"}'");
        write(
                ".docker/config.json",
                """
                {"auths": {"a.example": {"auth": "ZmlsZTpwdw=="}, "n.example": {"auth": "ZmlsZTpwdw=="}},
                 "credHelpers": {"a.example": "one", "t.example": "token"}, "credsStore": "none"}\
                """);
        assertThat(user("a.example", "")).isEqualTo("u-a.example");
        assertThat(user("n.example", "")).isEqualTo("file");
        assertThat(credentials().find("t.example", ""))
                .isEqualTo(new Credential.IdentityToken("", "t"));
        assertThat(credentials().find("x.example", "")).isEqualTo(Credential.anonymous());
    }

    @Test
    void helper_thatFailsOrIsMissing_isNoQuietAnonymous() throws Exception {
        helper("broken", "echo cannot open the keychain; exit 2");
        write(
                ".docker/config.json",
                "{\"credHelpers\": {\"a.example\": \"broken\", \"b.example\": \"absent\", \"c.example\": \"../x\"}}");
        assertThatThrownBy(() -> credentials().find("a.example", ""))
                .hasMessage("docker-credential-broken get failed: cannot open the keychain");
        assertThatThrownBy(() -> credentials().find("b.example", ""))
                .hasMessageContaining("docker-credential-absent");
        assertThatThrownBy(() -> credentials().find("c.example", ""))
                .hasMessageContaining("no name of a credential helper");
    }

    @Test
    void store_keepsTheRestOfTheFile_andIsPrivate() throws Exception {
        write(
                ".docker/config.json",
                "{\"HttpHeaders\":{\"X\":\"1\"},\"auths\":{\"https://a.example/v1/\":"
                        + auth("old", "pw")
                        + ",\"b.example\":"
                        + auth("b", "pw")
                        + "}}");
        Credentials credentials = credentials();
        Credentials.Kept kept =
                credentials.store("a.example", new Credential.Password("new", "p:w"));

        assertThat(kept.isPlain()).isTrue();
        Path file = home.resolve(".docker/config.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Json.Obj json = Json.parseObject(Files.readAllBytes(file));
        assertThat(json.object("HttpHeaders")).isNotNull();
        assertThat(Objects.requireNonNull(json.object("auths")).members())
                .containsOnlyKeys("b.example", "a.example");
        assertThat(credentials.find("a.example", ""))
                .isEqualTo(new Credential.Password("new", "p:w"));

        assertThat(credentials.erase("a.example")).containsExactly(file.toString());
        assertThat(credentials.find("a.example", "")).isEqualTo(Credential.anonymous());
        assertThat(user("b.example", "")).isEqualTo("b");
        assertThat(credentials.erase("a.example")).isEmpty();
    }

    @Test
    void store_goesThroughAHelper() throws Exception {
        helper("kept", "cat > " + home.resolve("stored"));
        write(".docker/config.json", "{\"credsStore\":\"kept\"}");
        Credentials.Kept kept =
                credentials().store("docker.io", new Credential.Password("u", "secret"));

        assertThat(kept.isPlain()).isFalse();
        assertThat(Files.readString(home.resolve("stored")))
                .contains("https://index.docker.io/v1/")
                .contains("secret");
        assertThat(Files.readString(home.resolve(".docker/config.json"))).doesNotContain("secret");
    }

    @Test
    void secrets_areInNoText() {
        assertThat(new Credential.Password("u", "hidden").toString()).doesNotContain("hidden");
        assertThat(new Credential.IdentityToken("u", "hidden").toString()).doesNotContain("hidden");
        assertThat(new Credential.RegistryToken("hidden").toString()).doesNotContain("hidden");
    }

    @Test
    void malformedFile_isNamed() throws Exception {
        write(".docker/config.json", "{nonsense");
        assertThatThrownBy(() -> credentials().find("a.example", ""))
                .hasMessageContaining(".docker/config.json");
    }
}
