package dev.slipway.build;

import dev.slipway.dockerfile.Arg;
import dev.slipway.dockerfile.ArgDefinition;
import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Expander;
import dev.slipway.dockerfile.ExpansionException;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.image.Platform;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The build arguments of a plan: those that stand before the first FROM, with their values for one
/// platform, and those that the caller gave.
final class GlobalArgs {
    private static final String EPOCH = "SOURCE_DATE_EPOCH";

    private final Dockerfile file;
    private final BuildRequest request;
    private final Expander expander;
    private final Set<String> used; // names that an ARG declares, of all platforms
    private final Map<String, String> values;

    GlobalArgs(Dockerfile file, BuildRequest request, Platform platform, int target)
            throws BuildException {
        this(file, request, new HashSet<>(), platform, target);
    }

    private GlobalArgs(
            Dockerfile file, BuildRequest request, Set<String> used, Platform platform, int target)
            throws BuildException {
        this.file = file;
        this.request = request;
        this.expander = new Expander(file.escape());
        this.used = used;
        this.values = values(platform, target);
    }

    /// The same for another platform.
    GlobalArgs of(Platform platform, int target) throws BuildException {
        return new GlobalArgs(file, request, used, platform, target);
    }

    private Map<String, String> values(Platform platform, int target) throws BuildException {
        var stage = file.stages().get(target).from().name();
        var found = BuildArgs.platformArgs(platform, stage == null ? "default" : stage, request);
        for (Arg arg : file.globalArgs()) {
            for (ArgDefinition definition : arg.definitions()) {
                var name = expand(definition.name(), arg, found);
                var given = given(name);
                var written = definition.defaultValue();
                if (given != null) {
                    found.put(name, given);
                } else if (written != null) {
                    found.put(name, expand(written, arg, found));
                }
            }
        }
        return found;
    }

    /// A word in which these may stand.
    String expand(String word, Instruction at) throws BuildException {
        return expand(word, at, values);
    }

    private String expand(String word, Instruction at, Map<String, String> seen)
            throws BuildException {
        try {
            return expander.expand(word, seen::get);
        } catch (ExpansionException e) {
            throw BuildException.of(BuildException.messageOf(e))
                    .source(SourceLines.of(file.fileName(), file.text(), at.range()))
                    .make();
        }
    }

    /// The value of a global argument; null: it has none.
    @Nullable String value(String name) {
        return values.get(name);
    }

    Map<String, String> values() {
        return values;
    }

    /// The value the caller gave for an argument; null: none.
    @Nullable String given(String name) {
        used.add(name);
        var given = request.buildArgs().get(name);
        var epoch = request.sourceDateEpoch();
        return given == null && epoch != null && name.equals(EPOCH) ? epoch.toString() : given;
    }

    /// Those the caller gave that nothing declares.
    List<String> unused() {
        var unused = new ArrayList<String>();
        for (var name : request.buildArgs().keySet()) {
            if (!used.contains(name) && !BuildArgs.isPredefined(name)) {
                unused.add(name);
            }
        }
        return unused;
    }

    /// The time no file may be after, in seconds since 1970: asked for as such, as a build
    /// argument, or by a global ARG; null: none.
    @Nullable Long sourceDateEpoch() throws BuildException {
        var value = given(EPOCH);
        if (value == null) {
            value = values.get(EPOCH);
        }
        if (value == null || value.isEmpty()) {
            return null;
        }
        try {
            return Long.valueOf(value);
        } catch (NumberFormatException e) {
            throw BuildException.of("SOURCE_DATE_EPOCH is not a number of seconds: " + value)
                    .make();
        }
    }
}
