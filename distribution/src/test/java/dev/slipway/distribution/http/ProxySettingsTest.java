package dev.slipway.distribution.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;

class ProxySettingsTest {
    private static final String NO_PROXY =
            "corp.example, .dot.example,*.star.example,10.0.0.0/8 192.0.2.7,[2001:db8::1]:443,"
                    + "port.example:8443,2001:db8:1::/48";

    @ParameterizedTest
    @CsvSource({
        "corp.example, 443, false",
        "a.corp.example, 443, false",
        "notcorp.example, 443, true",
        "x.dot.example, 443, false",
        "x.star.example, 443, false",
        "10.200.0.1, 443, false",
        "11.0.0.1, 443, true",
        "192.0.2.7, 443, false",
        "192.0.2.8, 443, true",
        "2001:db8::1, 443, false",
        "2001:db8::1, 444, true",
        "2001:db8:1:2::9, 443, false",
        "port.example, 8443, false",
        "port.example, 443, true",
        "localhost, 443, false",
        "127.1.2.3, 443, false",
        "a.localhost, 443, false",
        "registry.example, 443, true",
    })
    void noProxy_coversWhatGoToolsTakeItToCover(String host, int port, boolean proxied) {
        var settings =
                ProxySettings.of(
                        Map.of(
                                "https_proxy",
                                "http://u:p@proxy.example:3128",
                                "NO_PROXY",
                                NO_PROXY));
        assertThat(settings.reaches(true, host, port)).isEqualTo(proxied);
        assertThat(settings.reaches(false, host, port)).isFalse();
    }

    @Test
    void proxy_isReadWithItsCredentials() {
        var settings = ProxySettings.of(Map.of("HTTPS_PROXY", "http://u:p@proxy.example:3128"));
        assertThat(settings.proxyFor(true, "r.example", 443))
                .isEqualTo(new ProxySettings.Proxy("proxy.example", 3128, "Basic dTpw"));
    }

    @Test
    void star_coversAll() {
        var settings = ProxySettings.of(Map.of("HTTPS_PROXY", "proxy:1", "NO_PROXY", "*"));
        assertThat(settings.reaches(true, "r.example", 443)).isFalse();
    }
}
