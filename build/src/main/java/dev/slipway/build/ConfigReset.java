package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.SortedSet;

/// Takes away something that an image's config got from its base, which no instruction can.
///
/// @param kind of the instruction that set it
/// @param name which volume, port, variable or label; null: all of the kind
public record ConfigReset(Kind kind, @Nullable String name) {
    /// What can be taken away.
    public enum Kind {
        CMD,
        ENTRYPOINT,
        ENV,
        EXPOSE,
        HEALTHCHECK,
        LABEL,
        ONBUILD,
        SHELL,
        STOPSIGNAL,
        USER,
        VOLUME,
        WORKDIR
    }

    public ConfigReset {
        if (name != null && !isNamed(kind)) {
            throw new IllegalArgumentException(kind + " is one thing: it takes no name");
        }
    }

    private static boolean isNamed(Kind kind) {
        return kind == Kind.ENV || kind == Kind.EXPOSE || kind == Kind.LABEL || kind == Kind.VOLUME;
    }

    /// Reads `KIND` or `KIND=NAME`.
    ///
    /// @throws IllegalArgumentException saying what is wrong
    public static ConfigReset parse(String text) {
        int equals = text.indexOf('=');
        var kind = (equals < 0 ? text : text.substring(0, equals)).toUpperCase(Locale.ROOT);
        for (var known : Kind.values()) {
            if (known.name().equals(kind)) {
                return new ConfigReset(known, equals < 0 ? null : text.substring(equals + 1));
            }
        }
        throw new IllegalArgumentException(
                "\""
                        + kind
                        + "\" cannot be unset; CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL,"
                        + " ONBUILD, SHELL, STOPSIGNAL, USER, VOLUME and WORKDIR can");
    }

    /// Does it.
    ///
    /// @return whether there was something to take away
    boolean apply(ImageDraft image) {
        boolean done =
                switch (kind) {
                    case ENV -> env(image.scope);
                    case EXPOSE -> ports(image.exposedPorts);
                    case LABEL -> labels(image);
                    case VOLUME -> volumes(image.volumes);
                    default -> single(image);
                };
        if (done) {
            image.note("UNSET " + this);
        }
        return done;
    }

    private boolean single(ImageDraft image) {
        boolean there = false;
        switch (kind) {
            case CMD -> {
                there = image.cmd != null;
                image.cmd = null;
            }
            case ENTRYPOINT -> {
                there = image.entrypoint != null;
                image.entrypoint = null;
            }
            case HEALTHCHECK -> {
                there = image.healthcheck != null;
                image.healthcheck = null;
            }
            case ONBUILD -> {
                there = !image.onBuild.isEmpty();
                image.onBuild.clear();
            }
            case SHELL -> {
                there = image.shell != null;
                image.shell = null;
            }
            case STOPSIGNAL -> {
                there = !image.stopSignal.isEmpty();
                image.stopSignal = "";
            }
            case USER -> {
                there = !image.user.isEmpty();
                image.user = "";
            }
            case WORKDIR -> {
                there = !image.workingDir.isEmpty();
                image.workingDir = "";
            }
            case ENV, EXPOSE, LABEL, VOLUME -> throw new IllegalStateException(toString());
        }
        return there;
    }

    private boolean env(Scope scope) {
        return name == null ? scope.clearEnv() : scope.removeEnv(name);
    }

    private boolean ports(SortedSet<String> ports) {
        if (name == null) {
            return clear(ports);
        }
        return ports.remove(name) || ports.remove(name + "/tcp");
    }

    private boolean labels(ImageDraft image) {
        if (name != null) {
            return image.removeLabel(name);
        }
        var names = image.labels().keySet();
        for (var label : names) {
            image.removeLabel(label);
        }
        return !names.isEmpty();
    }

    private boolean volumes(SortedSet<String> volumes) {
        return name == null ? clear(volumes) : volumes.remove(name);
    }

    private static boolean clear(SortedSet<String> set) {
        boolean there = !set.isEmpty();
        set.clear();
        return there;
    }

    /// As it is written: `VOLUME /data`.
    @Override
    public String toString() {
        return name == null ? kind.name() : kind + " " + name;
    }
}
