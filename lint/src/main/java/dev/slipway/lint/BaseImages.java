package dev.slipway.lint;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/// What is known of base images. Files are looked at side by side: it is used by several threads.
public interface BaseImages {
    /// Knows no image.
    BaseImages NONE = reference -> null;

    /// Returns what is known of an image, or null.
    ///
    /// @param reference as a `FROM` has it, variables expanded
    @Nullable Base find(String reference);

    /// An image.
    interface Base extends ImageFiles {
        /// Returns its platform, such as `linux/amd64`.
        String platform();

        /// Returns the user its processes run as; empty for root.
        String user();

        /// Returns its working directory; empty if it has none.
        String workingDirectory();

        /// Returns its environment.
        Map<String, String> environment();

        /// Returns what runs its shell forms; empty for the default.
        List<String> shell();

        /// Returns its volumes.
        List<String> volumes();

        /// Returns its `ONBUILD` triggers.
        List<String> triggers();

        /// Returns its default command, words of an exec form; empty if it has none.
        default List<String> command() {
            return List.of();
        }

        /// Returns whether it says how to check its health.
        boolean hasHealthcheck();
    }
}
