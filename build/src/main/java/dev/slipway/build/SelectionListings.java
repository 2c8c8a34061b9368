package dev.slipway.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Lists of the files that selections read: what the explanation of a miss compares, and what is
/// kept for the next one. Put together once for both. Thread-safe.
final class SelectionListings {
    private final Map<CopySelection, byte[]> known = new ConcurrentHashMap<>();

    /// A line for each file that `selection` reads, in its order.
    byte[] of(CopySelection selection) throws IOException, InterruptedException {
        byte[] listing = known.get(selection);
        if (listing == null) {
            listing = list(selection);
            known.put(selection, listing);
        }
        return listing;
    }

    private static byte[] list(CopySelection selection) throws IOException, InterruptedException {
        if (selection instanceof ListedSelection listed) {
            return listed.listing();
        }
        var text = new StringBuilder();
        selection.forEachFile(file -> {
            TabText.append(text, file.path());
            text.append('\t').append(file.mode()).append('\t').append(file.owner()).append('\t');
            TabText.append(text, file.digest());
            text.append('\n');
        });
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
