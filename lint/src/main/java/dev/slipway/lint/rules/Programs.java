package dev.slipway.lint.rules;

import dev.slipway.lint.Builds;
import dev.slipway.lint.ImageFiles;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Whether the programs of an image can be run in it.
final class Programs {
    private static final int MAX_LINE = 256; // what execve(2) reads of a script
    private static final int MAX_ELF_BYTES = 64 << 20;
    private static final int MAX_CACHE_BYTES = 4 << 20;

    private static final List<String> LIBRARIES =
            List.of("/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib");

    private final ImageFiles files;
    private final String platform;
    private final String directory;
    private final List<String> path = new ArrayList<>();
    private final List<String> libraryPath = new ArrayList<>();

    Programs(Builds.Build build, ImageFiles files) {
        this.files = files;
        this.platform = build.platform();
        this.directory = build.workingDirectory();
        String search = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        for (String variable : build.environment()) {
            if (variable.startsWith("PATH=")) {
                search = variable.substring(5);
            } else if (variable.startsWith("LD_LIBRARY_PATH=")) {
                libraryPath.addAll(List.of(variable.substring(16).split(":", -1)));
            }
        }
        path.addAll(List.of(search.split(":", -1)));
    }

    /// Returns why a command's first word cannot be run; null if it can, or that is not known.
    @Nullable String problem(String program) {
        String place = program.indexOf('/') >= 0 ? absolute(program) : search(program);
        if (place == null) {
            return null; // not known
        }
        if (place.isEmpty() || Boolean.FALSE.equals(files.exists(place))) {
            return "There is no " + program + " in the image";
        }
        ImageFiles.Status status = files.status(place);
        if (status == null) {
            return null;
        }
        if (!status.regular()) {
            return program + " is no file that can be run";
        }
        if ((status.mode() & 0111) == 0) {
            return program
                    + " cannot be run, as its mode is 0"
                    + Integer.toOctalString(status.mode())
                    + ": COPY --chmod=755";
        }
        byte[] head = files.head(place, MAX_LINE);
        if (head.length > 2 && head[0] == '#' && head[1] == '!') {
            return script(program, new String(head, StandardCharsets.ISO_8859_1));
        }
        boolean elf = head.length > 52 && head[0] == 0x7f && head[1] == 'E' && head[2] == 'L';
        return elf ? elf(program, status) : null;
    }

    private String absolute(String program) {
        return program.startsWith("/")
                ? program
                : (directory.equals("/") ? "" : directory) + "/" + program;
    }

    // Empty if it is nowhere; null if that is not known.
    private @Nullable String search(String program) {
        for (String each : path) {
            String place = (each.isEmpty() ? directory : each) + "/" + program;
            Boolean there = files.exists(place);
            if (there == null) {
                return null;
            }
            if (there) {
                return place;
            }
        }
        return "";
    }

    private @Nullable String script(String program, String text) {
        int end = text.indexOf('\n');
        String line = text.substring(2, end < 0 ? text.length() : end);
        if (line.endsWith("\r")) {
            return program
                    + " cannot be run: its first line ends with a carriage return, which the name of"
                    + " the interpreter then has too";
        }
        String[] words = line.strip().split("[ \t]+", 2);
        String interpreter = words[0];
        if (!interpreter.startsWith("/")) {
            return null;
        }
        if (Boolean.FALSE.equals(files.exists(interpreter))) {
            return program
                    + " cannot be run: its interpreter "
                    + interpreter
                    + " is not in the image";
        }
        boolean env = Wording.baseName(interpreter).equals("env") && words.length > 1;
        String named = env ? words[1].strip() : "";
        boolean plain = !named.isEmpty() && named.indexOf(' ') < 0 && !named.startsWith("-");
        return plain && "".equals(search(named))
                ? program + " cannot be run: its interpreter " + named + " is not in the image"
                : null;
    }

    private @Nullable String elf(String program, ImageFiles.Status status) {
        boolean whole = status.sizeBytes() <= MAX_ELF_BYTES;
        Elf elf = Elf.parse(files.head(status.path(), whole ? MAX_ELF_BYTES : 64 << 10));
        if (elf == null) {
            return null;
        }
        if (!elf.runsOn(platform)) {
            return program + " is for " + elf.machineName() + ", but the image for " + platform;
        }
        String loader = elf.interpreter();
        if (loader == null) {
            return null; // it needs nothing
        }
        if (Boolean.FALSE.equals(files.exists(loader))) {
            return program + " cannot be run: its loader " + loader + " is not in the image";
        }
        for (String library : elf.needed()) {
            if (isMissing(library, elf, status.path())) {
                return program
                        + " cannot be run: it needs "
                        + library
                        + ", which is not in the image";
            }
        }
        return null;
    }

    private boolean isMissing(String library, Elf elf, String program) {
        if (library.indexOf('/') >= 0) {
            return Boolean.FALSE.equals(files.exists(library));
        }
        List<String> places = new ArrayList<>(libraryPath);
        int slash = program.lastIndexOf('/');
        for (String place : elf.searched()) {
            String origin = program.substring(0, Math.max(1, slash));
            places.add(place.replace("${ORIGIN}", origin).replace("$ORIGIN", origin));
        }
        places.addAll(LIBRARIES);
        for (String base : List.of("/lib/", "/usr/lib/", "/usr/local/lib/")) {
            places.add(base + elf.triplet());
        }
        for (String place : places) {
            boolean unknown = place.indexOf('$') >= 0;
            if (unknown || !Boolean.FALSE.equals(files.exists(place + "/" + library))) {
                return false; // it is there, or that is not known
            }
        }
        // Other directories are in the loader's cache, or in musl's own list.
        String cache =
                new String(
                        files.head("/etc/ld.so.cache", MAX_CACHE_BYTES),
                        StandardCharsets.ISO_8859_1);
        boolean listed = cache.contains("/" + library + "\0");
        boolean own = Boolean.TRUE.equals(files.exists(elf.muslPath()));
        return !listed && !own;
    }
}
