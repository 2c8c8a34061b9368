package dev.slipway.cli;

import dev.slipway.image.Image;
import dev.slipway.image.ImageCatalog;
import dev.slipway.image.ImageConfig;
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
import java.util.TreeMap;

/// The images of the store as linting looks at them, and the configurations of others if their
/// registries may be asked. Nothing is kept. Safe to share between threads.
final class LintBases implements BaseImages, AutoCloseable {
    private final Session session;
    private final @Nullable String platform;
    private final boolean asksRegistries;
    private final Map<String, Optional<Base>> known = new HashMap<>();
    private final Map<String, String> unknown = new TreeMap<>();
    private @Nullable LintRegistry registry;

    /// @param platform wanted of images for several; null for this machine's
    /// @param asksRegistries whether registries are asked for what is not in the store
    LintBases(Session session, @Nullable String platform, boolean asksRegistries) {
        this.session = session;
        this.platform = platform;
        this.asksRegistries = asksRegistries;
    }

    /// Returns why images are not known, or not all of them, by their names.
    synchronized Map<String, String> unknown() {
        return unknown;
    }

    @Override
    public synchronized void close() {
        LintRegistry opened = registry;
        registry = null;
        if (opened != null) {
            opened.close();
        }
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
        try {
            Platform wanted = platform == null ? null : Platform.parse(platform);
            if (Files.isDirectory(session.home().resolve("images"))) {
                Image image = new ImageCatalog(session.store()).load(reference, wanted);
                return new Known(image.config(), new LintImageFiles(image::layers));
            }
        } catch (IOException e) {
            // It is not here, or not whole.
        }
        if (!asksRegistries) {
            unknown.put(reference, "it is not in the store");
            return null;
        }
        return ask(reference);
    }

    private @Nullable Base ask(String reference) {
        LintRegistry asked = registry;
        if (asked == null) {
            asked = new LintRegistry(session);
            registry = asked;
        }
        try {
            Platform wanted = platform == null ? null : Platform.parse(platform);
            ImageConfig config = asked.config(reference, wanted);
            unknown.put(reference, "only its configuration was asked for, not its files");
            return new Known(
                    config,
                    new LintImageFiles(() -> {
                        throw new IOException("not fetched");
                    }));
        } catch (IOException e) {
            unknown.put(reference, String.valueOf(e.getMessage()));
            return null;
        }
    }

    /// An image.
    private static final class Known implements Base {
        private final Platform platform;
        private final RunConfig config;
        private final LintImageFiles files;

        Known(ImageConfig image, LintImageFiles files) {
            this.platform = image.platform();
            this.config = image.config();
            this.files = files;
        }

        @Override
        public String platform() {
            return platform.toString();
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
