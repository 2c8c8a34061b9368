package dev.slipway.lint;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/// Base images that the examples of rules use.
final class ExampleImages implements BaseImages {
    @Override
    public @Nullable Base find(String reference) {
        if (reference.startsWith("registry.example/tool-for-arm")) {
            return new Image("linux/arm64");
        }
        return reference.startsWith("registry.example/") ? new Image("linux/amd64") : null;
    }

    private record Image(String platform) implements Base {
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
            return Map.of("PATH", "/usr/bin:/bin");
        }

        @Override
        public List<String> shell() {
            return List.of();
        }

        @Override
        public List<String> volumes() {
            return List.of();
        }

        @Override
        public List<String> triggers() {
            return List.of();
        }

        @Override
        public boolean hasHealthcheck() {
            return false;
        }

        @Override
        public @Nullable Boolean exists(String path) {
            return null;
        }

        @Override
        public @Nullable String resolve(String path) {
            return null;
        }

        @Override
        public @Nullable String read(String path) {
            return null;
        }
    }
}
