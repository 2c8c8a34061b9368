package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;

/// `RUN --mount=type=cache`, also between processes.
class CacheMountTest {
    @TempDir Path directory;
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = Bench.asRoot(directory);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    /// Adds one to a number in the cache, slowly: two at once would lose one of them.
    private static String count(String sharing, int name) {
        return "FROM busybox\nRUN --mount=type=cache,target=/c,id=count,sharing="
                + sharing
                + " n=$(cat /c/n 2> /dev/null || echo 0); sleep 0.3; echo $((n+1)) > /c/n; echo "
                + name
                + " > /name\n";
    }

    private void inThreeProcesses(String sharing) throws Exception {
        var processes = new ArrayList<Process>();
        for (int i = 0; i < 3; i++) {
            processes.add(BuildProcess.start(bench.home, bench.context, count(sharing, i)));
        }
        for (var process : processes) {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(BuildProcess.output(bench.context)).isZero();
        }
    }

    @Test
    void locked_threeProcesses_oneAfterTheOther() throws Exception {
        inThreeProcesses("locked");
        bench.build("FROM busybox\nRUN --mount=type=cache,target=/k,id=count cat /k/n\n");
        assertThat(bench.log()).containsExactly("3");
    }

    @Test
    void private_twoAtOnce_haveCachesOfTheirOwn() throws Exception {
        // Each waits until the other runs: were they one after the other, they would time out.
        var wait =
                "RUN --mount=type=cache,id=own,target=/p,sharing=private"
                        + " --mount=type=cache,id=meet,target=/m touch /m/%s /p/%s; i=0; while [ !"
                        + " -e /m/%s ] && [ $i -lt 200 ]; do sleep 0.05; i=$((i+1)); done;"
                        + " test -e /m/%s && ls /p && touch /done\n";
        bench.build(
                "FROM busybox AS a\n"
                        + wait.formatted("a", "a", "b", "b")
                        + "FROM busybox AS b\n"
                        + wait.formatted("b", "b", "a", "a")
                        + "FROM scratch\nCOPY --from=a /done /a\nCOPY --from=b /done /b\n");
        assertThat(bench.log()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void locked_twoInOppositeOrder_doNotBlockEachOther() throws Exception {
        var run =
                "RUN --mount=type=cache,id=%s,target=/x,sharing=locked"
                        + " --mount=type=cache,id=%s,target=/y,sharing=locked : %s; sleep 0.2; touch /f\n";
        bench.build(
                "FROM busybox AS a\n"
                        + run.formatted("one", "two", "a").repeat(3)
                        + "FROM busybox AS b\n"
                        + run.formatted("two", "one", "b").repeat(3)
                        + "FROM scratch\nCOPY --from=a /f /a\nCOPY --from=b /f /b\n");
        assertThat(bench.made()).hasSize(8);
        assertThat(bench.events)
                .anyMatch(e ->
                        e instanceof BuildEvent.StepProgress progress
                                && progress.what().startsWith("waiting for the cache mount "));
    }

    @Test
    void locked_sameTwiceInOneRun_isOne() throws Exception {
        bench.build(
                """
                FROM busybox
                RUN --mount=type=cache,id=i,target=/x,sharing=locked \\
                    --mount=type=cache,id=i,target=/y touch /x/f && ls /y
                """);
        assertThat(bench.log()).containsExactly("f");
    }

    @Test
    void namespace_keepsCachesApart_andIsNoPartOfTheKey() throws Exception {
        var dockerfile = "FROM busybox\nRUN --mount=type=cache,target=/c ls /c; touch /c/%s\n";
        bench.build(dockerfile.formatted("plain"));
        bench.build(
                dockerfile.formatted("spaced"), r -> r.buildArg("BUILDKIT_CACHE_MOUNT_NS", "team"));
        assertThat(bench.log()).isEmpty();
        bench.build("FROM busybox\nRUN --mount=type=cache,id=team//c,target=/c ls /c\n");
        assertThat(bench.log()).containsExactly("spaced");
        bench.build(dockerfile.formatted("spaced"));
        assertThat(bench.made()).isEmpty();
    }

    @Test
    void ownerAndMode_areOfANewCache_andMakeItAnother() throws Exception {
        bench.build(
                """
                FROM busybox
                RUN --mount=type=cache,id=i,target=/c stat -c '%u:%g %a' /c; touch /c/root
                USER app
                RUN --mount=type=cache,id=i,target=/c,uid=1000,gid=1001,mode=0700 \\
                    stat -c '%u:%g %a' /c; touch /c/mine; ls /c
                """);
        assertThat(bench.log()).containsExactly("0:0 755", "1000:1001 700", "mine");
    }

    @Test
    void seed_isWhatItBeginsWith_andAnotherSeedIsAnotherCache() throws Exception {
        var dockerfile =
                """
                FROM busybox AS seed
                RUN mkdir -p /s/d && echo %1$s > /s/d/f
                FROM busybox
                RUN --mount=type=cache,id=i,target=/c,from=seed,source=/s \\
                    cat /c/d/f; echo changed > /c/d/f; touch /%2$s
                """;
        bench.build(dockerfile.formatted("one", "a"));
        bench.build(dockerfile.formatted("one", "b"));
        assertThat(bench.log()).containsExactly("changed");
        bench.build(dockerfile.formatted("two", "b"));
        assertThat(bench.log()).containsExactly("two");
    }

    @Test
    void readOnly_cannotBeWritten() throws Exception {
        bench.build(
                "FROM busybox\nRUN --mount=type=cache,target=/c,ro touch /c/x 2> /dev/null ||"
                        + " echo refused\n");
        assertThat(bench.log()).containsExactly("refused");
    }

    @Test
    void tmpfs_hasItsSize_andRunsPrograms() throws Exception {
        bench.build(
                """
                FROM busybox
                RUN --mount=type=tmpfs,target=/t,size=64k \\
                    dd if=/dev/zero of=/t/big bs=1k count=100 2> /dev/null || echo full; rm /t/big; \\
                    printf '#!/bin/sh\\necho runs\\n' > /t/x && chmod +x /t/x && /t/x
                """);
        assertThat(bench.log()).containsExactly("full", "runs");
    }
}
