package dev.slipway.build;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;

/// Compressed archives, by the programs that everybody uses.
final class Archives {
    private Archives() {}

    static byte[] gzip(byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    /// What `program` makes of `content` on its standard input.
    static byte[] filter(byte[] content, String... program) throws Exception {
        var process = new ProcessBuilder(program).start();
        var writer =
                Thread.ofVirtual()
                        .start(() -> {
                            try (var out = process.getOutputStream()) {
                                out.write(content);
                            } catch (IOException _) {
                                process.destroy();
                            }
                        });
        byte[] result = process.getInputStream().readAllBytes();
        writer.join();
        if (process.waitFor() != 0) {
            throw new IOException(program[0] + " failed");
        }
        return result;
    }
}
