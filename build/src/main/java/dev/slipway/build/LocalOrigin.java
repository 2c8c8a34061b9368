package dev.slipway.build;

import org.jspecify.annotations.Nullable;

/// A directory of this machine besides the context.
record LocalOrigin(String keyName, ContextRoot root) implements OriginFiles {
    @Override
    public String description() {
        return root.directory().toString();
    }

    @Override
    public boolean isRemote() {
        return false;
    }

    @Override
    public @Nullable KeyPart identity() {
        return null;
    }

    @Override
    public Opened open() {
        return new Opened(root, 0, () -> {});
    }
}
