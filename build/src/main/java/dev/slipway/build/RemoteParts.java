package dev.slipway.build;

import dev.slipway.build.fetch.FetchException;
import dev.slipway.image.ImageException;
import dev.slipway.image.Platform;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The parts of an ADD that names addresses.
final class RemoteParts {
    private final Planner planner;
    private final Platform platform;
    private final SourceLines at;
    private final List<CopyPart> parts = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    RemoteParts(Planner planner, Platform platform, SourceLines at) {
        this.planner = planner;
        this.platform = platform;
        this.at = at;
    }

    List<CopyPart> of(CopySpec spec) throws BuildException {
        var local = new ArrayList<String>();
        boolean remote = false;
        for (var source : spec.sources()) {
            var files = files(spec, source);
            if (files == null) {
                local.add(source);
                continue;
            }
            remote = true;
            addLocal(spec, local);
            local.clear();
            var origin = planner.origin(files, at, platform);
            add(CopyPart.of(origin, RemoteSource.specOf(spec, source, files)));
        }
        if (spec.checksum() != null && (!remote || spec.sources().size() > 1)) {
            throw BuildException.of("--checksum is for one remote source")
                    .source(at)
                    .hint("give it an ADD of its own, with an address")
                    .make();
        }
        if (!local.isEmpty() || !spec.inlineFiles().isEmpty()) {
            add(CopyPart.of(null, spec.with(local, spec.inlineFiles(), spec.unpack())));
        }
        return parts;
    }

    private @Nullable OriginFiles files(CopySpec spec, String source) throws BuildException {
        try {
            return RemoteSource.files(spec, source, planner.elsewhere());
        } catch (FetchException e) {
            throw BuildException.of(BuildException.messageOf(e)).source(at).hint(e.hint()).make();
        } catch (ImageException e) {
            throw BuildException.of(BuildException.messageOf(e))
                    .source(at)
                    .hint(e.hint())
                    .cause(e)
                    .make();
        } catch (IOException e) {
            throw BuildException.io("cannot read the lock", e);
        }
    }

    private void addLocal(CopySpec spec, List<String> sources) {
        if (!sources.isEmpty()) {
            add(CopyPart.of(null, spec.with(sources, List.of(), spec.unpack())));
        }
    }

    /// Parts of one name would be one in the step's key.
    private void add(CopyPart part) {
        var name = part.name();
        for (int i = 2; !names.add(name); i++) {
            name = part.name() + ", " + i;
        }
        parts.add(new CopyPart(part.from(), part.spec(), name));
    }
}
