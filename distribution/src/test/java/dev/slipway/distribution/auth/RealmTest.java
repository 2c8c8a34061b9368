package dev.slipway.distribution.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.distribution.http.Headers;
import dev.slipway.distribution.http.HttpRequest;
import dev.slipway.distribution.http.HttpResponse;
import dev.slipway.distribution.http.ProxySettings;
import dev.slipway.distribution.http.Transport;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// Where a registry may have us ask for tokens: it gets to see our password there.
class RealmTest {
    private final List<HttpRequest> sent = new ArrayList<>();
    private final Transport transport =
            new Transport() {
                @Override
                public HttpResponse send(HttpRequest request) throws IOException {
                    sent.add(request);
                    throw new IOException("not in this test");
                }

                @Override
                public void close() {}
            };

    private void ask(String registry, String realm) throws IOException {
        var authorizer =
                new Authorizer(
                        transport,
                        URI.create(registry),
                        ProxySettings.none(),
                        _ -> new Credential.Password("u", "p"));
        var answer = new Headers().add("WWW-Authenticate", "Bearer realm=\"" + realm + "\"");
        assertThat(authorizer.learn(answer, null, "app", List.of())).isTrue();
        authorizer.header("app", List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "https://203.0.113.1, https://169.254.169.254/latest, private network",
        "https://203.0.113.1, https://127.0.0.1/t, private network",
        "https://203.0.113.1, https://10.1.2.3/t, private network",
        "https://203.0.113.1, https://[fd00::1]/t, private network",
        "https://203.0.113.1, https://100.64.0.1/t, private network",
        "https://203.0.113.1, http://203.0.113.2/t, not encrypted",
        "https://203.0.113.1, ftp://203.0.113.2/t, no address",
        "https://203.0.113.1, https://u:p@203.0.113.2/t, no address",
        "https://203.0.113.1, relative, no address",
        "https://203.0.113.1, ':// ', no address",
    })
    void realm_thatIsUnsafe_isNotAsked(String registry, String realm, String reason) {
        assertThatThrownBy(() -> ask(registry, realm)).hasMessageContaining(reason);
        assertThat(sent).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://203.0.113.1, https://203.0.113.2/t",
        "https://10.0.0.1, https://10.0.0.2/t",
        "https://10.0.0.1, https://203.0.113.2/t",
        "http://127.0.0.1:5000, http://127.0.0.1:5001/t",
    })
    void realm_thatIsAsSafeAsTheRegistry_isAsked(String registry, String realm) {
        assertThatThrownBy(() -> ask(registry, realm)).hasMessage("not in this test");
        assertThat(sent.getFirst().uri().toString()).startsWith(realm);
    }
}
