package dev.slipway.build;

import dev.slipway.image.*;

import java.nio.file.*;
import java.util.*;

public final class CopyBench {
    public static void main(String[] a) throws Exception {
        Path home = Path.of(a[1]);
        int rounds = Integer.parseInt(a[2]);
        for (int i = 0; i < rounds; i++) {
            long t0 = System.nanoTime();
            try (Store store = Store.open(home)) {
                TreeCopying copying =
                        new TreeCopying(home.resolve("cache/contexts"), store.newTemp("bench"));
                long t1 = System.nanoTime();
                try (BuildContext c = copying.openContext(Path.of(a[0]), null);
                        MergedView below = MergedView.of(List.of())) {
                    CopySelection s =
                            copying.select(CopyFixture.Spec.of(".", "/app/").build(), c, true);
                    long t2 = System.nanoTime();
                    boolean writeFirst = a.length > 3 && a[3].equals("write");
                    if (writeFirst)
                        try (LayerWriter w = store.layers().create()) {
                            s.writeTo(w, below, null);
                            w.seal();
                        }
                    long t3 = System.nanoTime();
                    String d = s.contentDigest();
                    long t4 = System.nanoTime();
                    if (a.length > 3 && a[3].equals("both"))
                        try (LayerWriter w = store.layers().create()) {
                            s.writeTo(w, below, null);
                            w.seal();
                        }
                    long t5 = System.nanoTime();
                    c.close();
                    long t6 = System.nanoTime();
                    System.out.printf(
                            "open %d walk %d write %d digest %d write2 %d close %d total %d ms"
                                    + " files %d opened %d heap %d MiB %s%n",
                            (t1 - t0) / 1000000,
                            (t2 - t1) / 1000000,
                            (t3 - t2) / 1000000,
                            (t4 - t3) / 1000000,
                            (t5 - t4) / 1000000,
                            (t6 - t5) / 1000000,
                            (t6 - t0) / 1000000,
                            s.fileCount(),
                            c.filesOpened(),
                            (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory())
                                    >> 20,
                            d.substring(0, 8));
                }
            }
        }
    }
}
