# Sourced by ./slipway, ./verify and dist/build: sets JDK to the home of a JDK 25, or explains what to install.
# Looks at JAVA_HOME, the places where distributions and SDKMAN, jbang, IntelliJ put JDKs, then PATH. It reads the
# `release` file that every JDK carries instead of starting java, which would cost 40 ms a candidate.

jdk_is_25() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r jdk_line; do
    case $jdk_line in
      'JAVA_VERSION="25'[.\"+-]*) return 0 ;;
    esac
  done < "$1/release"
  return 1
}

find_jdk() {
  for jdk_home in "${JAVA_HOME:-}" "${JDK_HOME:-}" /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/*/jdk* \
      "${HOME:-/}"/.sdkman/candidates/java/* "${HOME:-/}"/.jdks/* "${HOME:-/}"/.jbang/cache/jdks/* "${HOME:-/}"/.local/share/mise/installs/java/*; do
    if [ -n "$jdk_home" ] && jdk_is_25 "$jdk_home"; then
      JDK=$jdk_home
      return 0
    fi
  done
  jdk_java=$(command -v javac 2>/dev/null) || jdk_java=
  if [ -n "$jdk_java" ]; then
    jdk_java=$(readlink -f "$jdk_java")
    jdk_home=${jdk_java%/bin/javac}
    if jdk_is_25 "$jdk_home"; then
      JDK=$jdk_home
      return 0
    fi
  fi
  echo "slipway: no JDK 25 found. Install one (Eclipse Temurin: package temurin-25-jdk; Debian and Ubuntu: openjdk-25-jdk) or set JAVA_HOME to it." >&2
  return 1
}

need_maven() {
  command -v mvn >/dev/null 2>&1 && return 0
  echo "slipway: Maven is needed to build from source. Install it (Debian and Ubuntu: package maven, 3.8.7 or newer)." >&2
  return 1
}
