package dev.slipway.base;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// No choice of packages satisfies what was asked for.
public final class ResolutionException extends BaseException {
    private static final long serialVersionUID = 1L;

    private final ArrayList<String> chain;

    ResolutionException(String message, List<String> chain, @Nullable String hint) {
        super(message, hint);
        this.chain = new ArrayList<>(chain);
    }

    /// Who needs what, from the package that was asked for down to the one that cannot be had.
    public List<String> chain() {
        return List.copyOf(chain);
    }
}
