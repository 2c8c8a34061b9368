package dev.slipway.cli.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Inputs that all builders are given.
final class Contexts {
    private Contexts() {}

    /// A root file system with a static busybox, two users and a group, as an archive.
    static Path busyboxTar(Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Tool.shell(
                directory,
                """
                mkdir -p root/bin root/etc root/tmp root/proc root/sys root/dev root/root
                cp "$(command -v busybox)" root/bin/busybox
                for a in $(root/bin/busybox --list); do [ $a = busybox ] || ln -s busybox root/bin/$a; done
                chmod 1777 root/tmp; chmod 0700 root/root
                cat > root/etc/passwd <<EOF
                root:x:0:0:root:/root:/bin/sh
                app:x:1000:1000:app:/home/app:/bin/sh
                svc:x:1001:1001::/:/bin/false
                EOF
                cat > root/etc/group <<EOF
                root:x:0:
                app:x:1000:
                svc:x:1001:
                extra:x:2000:app
                EOF
                find root -exec touch -h -d '2024-01-02 03:04:05' {} +
                tar -C root --owner=0 --group=0 --numeric-owner --sort=name -cf base.tar .
                rm -rf root
                """);
        return directory.resolve("base.tar");
    }

    /// One context with every kind of file that a case copies.
    static Path rich(Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Tool.shell(
                directory,
                """
                umask 022
                echo a > a.txt; echo b > b.txt; chmod 0600 b.txt
                printf '#!/bin/sh\\necho run\\n' > run.sh; chmod 0755 run.sh
                echo s > suid; chmod 4755 suid
                mkdir -p dir/sub/deep dir2 hard special empty
                echo one > dir/one; echo two > dir/two; echo three > dir/sub/three; echo four > dir/sub/deep/four
                ln -s ../a.txt dir/link-up; ln -s one dir/link-one; ln -s /etc/passwd dir/link-abs; ln -s nowhere dir/dangling
                echo x > dir2/x; chmod 0700 dir2
                ln -s a.txt link-a; ln -s dir link-dir
                echo h > hard1; ln hard1 hard2
                echo i > hard/one; ln hard/one hard/two; mkdir hard/sub; ln hard/one hard/sub/three
                echo u > 'ünï.txt'; echo w > 'with space.txt'; echo k > '[b]racket.txt'
                : > nothing
                echo g > special/setgid; chmod 2755 special/setgid; mkdir special/sticky; chmod 1777 special/sticky
                mkdir special/gdir; chmod 2775 special/gdir
                mkdir arc; mkdir arc/in; echo 1 > arc/in/one; echo 2 > arc/two; ln -s in/one arc/link; ln arc/two arc/hard; chmod 0640 arc/two
                find arc -exec touch -h -d '2023-05-06 07:08:09' {} +
                tar -C arc --owner=11 --group=12 --numeric-owner --sort=name -cf archive.tar in two link hard
                gzip -nk archive.tar; bzip2 -k archive.tar; xz -k archive.tar; rm -rf arc
                echo 'not an archive' > notarchive.tar.gz
                find . -exec touch -h -d '2024-02-03 04:05:06.123456789' {} +
                """);
        return directory;
    }
}
