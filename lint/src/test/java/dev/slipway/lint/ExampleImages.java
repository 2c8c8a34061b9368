package dev.slipway.lint;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// Base images that the examples of rules use.
final class ExampleImages implements BaseImages {
    @Override
    public @Nullable Base find(String reference) {
        if (reference.startsWith("registry.example/tool-for-arm")) {
            return new Image("linux/arm64", false, false);
        }
        return reference.startsWith("registry.example/")
                ? new Image("linux/amd64", reference.contains("onbuild"), reference.contains("lax"))
                : null;
    }

    private record Image(String platform, boolean rich, boolean lax) implements Base {
        @Override
        public String user() {
            return "";
        }

        @Override
        public String workingDirectory() {
            return "";
        }

        @Override
        public Map<String, String> environment() {
            return rich
                    ? Map.of("PATH", "/usr/bin:/bin", "API_TOKEN", "abc")
                    : Map.of("PATH", "/usr/bin:/bin");
        }

        @Override
        public List<String> shell() {
            return List.of();
        }

        @Override
        public List<String> volumes() {
            return rich ? List.of("/var/lib/data") : List.of();
        }

        @Override
        public List<String> command() {
            return rich ? List.of("serve") : List.of();
        }

        @Override
        public List<String> triggers() {
            return rich ? List.of("COPY . /app") : List.of();
        }

        @Override
        public boolean hasHealthcheck() {
            return false;
        }

        @Override
        public @Nullable Boolean exists(String path) {
            return Set.of("/bin/sh", "/bin/bash", "/usr/bin/apt-get", "/etc/passwd").contains(path);
        }

        @Override
        public @Nullable String resolve(String path) {
            return path.equals("/bin/sh") ? "/usr/bin/dash" : path;
        }

        @Override
        public @Nullable String read(String path) {
            if (lax) {
                return path.equals("/etc/passwd") ? "root::0:0:::\ntoor:x:0:0:::\n" : null;
            }
            return path.equals("/etc/passwd")
                    ? "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/app:/bin/sh\n"
                    : null;
        }
    }
}
