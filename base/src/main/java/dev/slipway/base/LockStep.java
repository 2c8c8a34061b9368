package dev.slipway.base;

import dev.slipway.linux.Durable;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// From a definition to exact packages.
final class LockStep {
    private final Machine machine;
    private final PackageCache cache;
    private final BaseListener listener;
    private SoftReference<PackageIndex> lastIndex = new SoftReference<>(null);
    private String lastIndexKey = "";

    LockStep(Machine machine, PackageCache cache, BaseListener listener) {
        this.machine = machine;
        this.cache = cache;
        this.listener = listener;
    }

    BaseLock resolve(BaseDefinition definition) throws IOException, BaseException {
        var sources = SourceSelection.select(definition, machine);
        var downloads =
                new Downloads(AptSettings.ofMachine(machine.etcApt()), machine.environment());
        var repositories =
                new Repositories(machine, definition.keyring(), downloads, cache, listener);
        var releases = repositories.releases(sources, !definition.sources().isEmpty());
        var file = cache.file("locks", key(definition, releases));
        if (Files.isRegularFile(file)) {
            try {
                return BaseLock.parse(file.toString(), Files.readString(file));
            } catch (DefinitionException e) {
                listener.on(new BaseEvent.Notice("a remembered lock cannot be read: made anew"));
            }
        }
        listener.on(new BaseEvent.Step("choosing packages"));
        var index = index(repositories, releases, definition.architecture());
        var chosen =
                definition.flavour() == Flavour.DISTROLESS
                        ? Distroless.choose(index, definition)
                        : Minbase.choose(index, definition);
        var lock = lock(definition, releases, chosen);
        Durable.write(file, lock.text().getBytes(StandardCharsets.UTF_8));
        return lock;
    }

    /// Reading an index takes a second, and an application often has two base images.
    private PackageIndex index(
            Repositories repositories, List<Repositories.Verified> releases, String architecture)
            throws IOException, BaseException {
        var key = architecture + "\n" + indexes(releases);
        var index = key.equals(lastIndexKey) ? lastIndex.get() : null;
        if (index == null) {
            index = repositories.index(releases, architecture);
            lastIndex = new SoftReference<>(index);
            lastIndexKey = key;
        }
        return index;
    }

    /// The same question to the same indexes has the same answer.
    private static String key(BaseDefinition definition, List<Repositories.Verified> releases) {
        return String.join(
                "\n",
                "1",
                definition.architecture(),
                String.join("\n", BaseLock.request(definition)),
                indexes(releases));
    }

    private static String indexes(List<Repositories.Verified> releases) {
        var key = new StringBuilder();
        for (var each : releases) {
            key.append(each.source().uri()).append(' ').append(each.source().suite());
            key.append(' ').append(each.source().components()).append('\n');
            var indexes = new ArrayList<String>();
            for (var file : each.release().files().entrySet()) {
                if (file.getKey().contains("Packages")) {
                    indexes.add(file.getKey() + " " + file.getValue().sha256());
                }
            }
            indexes.sort(null);
            indexes.forEach(index -> key.append(index).append('\n'));
        }
        return key.toString();
    }

    private static BaseLock lock(
            BaseDefinition definition,
            List<Repositories.Verified> releases,
            List<DebPackage> chosen) {
        var date = Instant.EPOCH;
        for (var each : releases) {
            var of = each.release().date();
            date = of != null && of.isAfter(date) ? of : date;
        }
        var suite = definition.suite();
        var pins = new ArrayList<BaseLock.Pin>();
        for (var each : chosen) {
            pins.add(
                    new BaseLock.Pin(
                            each.name(),
                            each.version().toString(),
                            each.architecture(),
                            each.suite(),
                            each.path(),
                            each.sizeBytes(),
                            each.sha256()));
        }
        return new BaseLock(
                suite == null ? releases.getFirst().source().suite() : suite,
                definition.architecture(),
                date,
                BaseLock.request(definition),
                pins);
    }
}
