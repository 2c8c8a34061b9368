package dev.slipway.build;

/// Which extended attributes a COPY takes along: those that mean the same on any machine. The same
/// ones take part in cache keys.
final class CopiedXattrs {
    private static final String CAPABILITY = "security.capability";

    private CopiedXattrs() {}

    static boolean isCopied(String name) {
        return name.equals(CAPABILITY)
                || !(name.startsWith("security.")
                        || name.startsWith("system.")
                        || name.startsWith("trusted.")
                        || name.startsWith("user.overlay.")
                        || name.startsWith("com.apple.")
                        || name.startsWith("user.com.apple."));
    }
}
