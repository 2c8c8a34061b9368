package dev.slipway.base;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Gets the packages of a lock from whichever repository has them.
final class PackageFetch {
    private static final int AT_ONCE = 6;

    private final Machine machine;
    private final PackageCache cache;
    private final BaseListener listener;

    PackageFetch(Machine machine, PackageCache cache, BaseListener listener) {
        this.machine = machine;
        this.cache = cache;
        this.listener = listener;
    }

    void fetch(BaseLock lock, List<AptSource> sources) throws IOException, BaseException {
        var missing = new ArrayList<BaseLock.Pin>();
        long bytes = 0;
        for (var pin : lock.packages()) {
            if (!cache.contains(pin.sha256())) {
                missing.add(pin);
                bytes += pin.sizeBytes();
            }
        }
        listener.on(new BaseEvent.Resolved(lock.packages().size(), bytes));
        int total = lock.packages().size();
        var done = new AtomicInteger(total - missing.size());
        var downloads =
                new Downloads(AptSettings.ofMachine(machine.etcApt()), machine.environment());
        Concurrently.each(
                missing,
                AT_ONCE,
                pin -> {
                    fetch(downloads, pin, sources);
                    listener.on(
                            new BaseEvent.PackageReady(
                                    pin.name(), done.incrementAndGet(), total, true));
                    return pin;
                });
    }

    private void fetch(Downloads downloads, BaseLock.Pin pin, List<AptSource> sources)
            throws IOException, BaseException {
        var addresses = new LinkedHashSet<String>();
        sources.stream()
                .filter(source -> source.suite().equals(pin.suite()))
                .forEach(source -> addresses.add(source.uri()));
        sources.forEach(source -> addresses.add(source.uri()));
        for (var address : addresses) {
            try {
                cache.download(
                        downloads, address + "/" + pin.path(), pin.sha256(), pin.sizeBytes());
                return;
            } catch (DownloadException e) {
                if (e.status() != 404) {
                    throw e;
                }
            }
        }
        throw new BaseException(
                pin.name() + " " + pin.version() + " is no longer on the mirror",
                "it was replaced by a newer one: run 'slipway base lock' again, or name a snapshot"
                        + " of the archive in 'sources:'");
    }
}
