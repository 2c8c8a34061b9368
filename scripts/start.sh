# Sourced by ./slipway and by the release's bin/slipway: becomes the JVM that runs "$jar" with "$java". The jar's AOT
# cache and native methods lie beside it, under its name: a cache that outlives its jar would silently run old classes.

# The JVM reads arguments and file names in this encoding, and can do no other later.
export LC_ALL=C.UTF-8

# A young generation that a build of 20 000 files fits in: collecting it costs more than the memory. The optimising compiler costs more than it brings to a process that lives a second. But without it Java's own SHA-256 is
# ten times slower: where ours cannot stand in, commands that hash get it.
compiler=-XX:TieredStopAtLevel=1
case ${1-} in
  build | buildx | builder | image | run | demo | save | load | import | base)
    while IFS= read -r line; do
      case $line in
        flags*' sha_ni '*) break ;;
        flags* | Features*) compiler=-XX:+TieredCompilation; break ;;
      esac
    done < /proc/cpuinfo ;;
esac
exec "$java" -XX:+UseSerialGC -Xmx224m -Xms56m -Xmn32m -XX:-UsePerfData -XX:+IgnoreUnrecognizedVMOptions -XX:UseAVX=2 "$compiler" \
  -XX:+UnlockDiagnosticVMOptions -XX:-AOTReplayTraining -Xlog:disable "-XX:AOTCache=${jar%.jar}.aot" "-Dslipway.native=${jar%.jar}.so" \
  -jar "$jar" "$@"
