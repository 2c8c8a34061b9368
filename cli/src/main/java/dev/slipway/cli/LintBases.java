package dev.slipway.cli;

import dev.slipway.image.Image;
import dev.slipway.image.ImageCatalog;
import dev.slipway.image.Platform;
import dev.slipway.image.RunConfig;
import dev.slipway.lint.BaseImages;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The images of the store as linting looks at them. Nothing is fetched, and nothing is known
/// without a store. Safe to share between threads.
final class LintBases implements BaseImages {
    private final Session session;
    private final @Nullable String platform;
    private final Map<String, Optional<Base>> known = new HashMap<>();

    /// @param platform wanted of images for several; null for this machine's
    LintBases(Session session, @Nullable String platform) {
        this.session = session;
        this.platform = platform;
    }

    @Override
    public synchronized @Nullable Base find(String reference) {
        Optional<Base> base = known.get(reference);
        if (base == null) {
            base = Optional.ofNullable(load(reference));
            known.put(reference, base);
        }
        return base.orElse(null);
    }

    private @Nullable Base load(String reference) {
        if (!Files.isDirectory(session.home().resolve("images"))) {
            return null;
        }
        try {
            Platform wanted = platform == null ? null : Platform.parse(platform);
            return new Stored(new ImageCatalog(session.store()).load(reference, wanted));
        } catch (IOException e) {
            return null; // it is not here, or not whole: then it is not known
        }
    }

    /// An image of the store.
    private static final class Stored implements Base {
        private final Image image;
        private final RunConfig config;
        private final LintImageFiles files;

        Stored(Image image) {
            this.image = image;
            this.config = image.config().config();
            this.files = new LintImageFiles(image::layers);
        }

        @Override
        public String platform() {
            return image.config().platform().toString();
        }

        @Override
        public String user() {
            return config.user();
        }

        @Override
        public String workingDirectory() {
            return config.workingDir();
        }

        @Override
        public Map<String, String> environment() {
            Map<String, String> variables = new LinkedHashMap<>();
            for (String entry : config.env()) {
                int equals = entry.indexOf('=');
                if (equals > 0) {
                    variables.put(entry.substring(0, equals), entry.substring(equals + 1));
                }
            }
            return variables;
        }

        @Override
        public List<String> shell() {
            List<String> shell = config.shell();
            return shell == null ? List.of() : shell;
        }

        @Override
        public List<String> volumes() {
            return List.copyOf(config.volumes());
        }

        @Override
        public List<String> triggers() {
            return config.onBuild();
        }

        @Override
        public boolean hasHealthcheck() {
            return config.healthcheck() != null;
        }

        @Override
        public List<String> command() {
            List<String> command = config.cmd();
            return command == null ? List.of() : command;
        }

        @Override
        public @Nullable Boolean exists(String path) {
            return files.exists(path);
        }

        @Override
        public @Nullable String resolve(String path) {
            return files.resolve(path);
        }

        @Override
        public @Nullable String read(String path) {
            return files.read(path);
        }

        @Override
        public @Nullable Status status(String path) {
            return files.status(path);
        }

        @Override
        public byte[] head(String path, int most) {
            return files.head(path, most);
        }
    }
}
