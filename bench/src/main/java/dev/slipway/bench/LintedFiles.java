package dev.slipway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/// Dockerfiles as repositories have them: several stages, long shell, no two alike, and the same in
/// every run. A word in braces stands for one of several; each place chooses anew.
final class LintedFiles {
    private static final int LINES = 50;

    private static final List<String> BUILDERS =
            List.of(
                    """
                    FROM {node} AS {stage}
                    WORKDIR /{dir}
                    COPY package.json package-lock.json ./
                    RUN --mount=type=cache,target=/root/.npm \\
                        npm ci --no-audit && \\
                        npm cache clean --force
                    COPY {dir}/ ./{dir}/
                    COPY tsconfig.json .
                    RUN npm run build -- --mode=${MODE:-production} && \\
                        find dist -name '*.map' -exec rm {} + && \\
                        if [ -n "$DEBUG" ]; then ls -la dist; fi
                    """,
                    """
                    FROM golang:{minor}-alpine AS {stage}
                    RUN apk add --no-cache git={minor}.{n}-r0 make
                    WORKDIR /go/src/{name}
                    COPY go.mod go.sum ./
                    RUN go mod download
                    COPY . .
                    ARG VERSION=dev
                    RUN CGO_ENABLED=0 GOOS=linux go build \\
                        -ldflags "-s -w -X main.version=${VERSION} -X main.commit=$(git rev-parse HEAD)" \\
                        -o /out/{name} ./cmd/{name}
                    """,
                    """
                    FROM python:{minor}-slim AS {stage}
                    ENV PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1
                    RUN apt-get update \\
                        && apt-get install -y --no-install-recommends \\
                            build-essential \\
                            {deb} \\
                            {deb} \\
                        && rm -rf /var/lib/apt/lists/*
                    COPY requirements.txt /tmp/
                    RUN pip install -r /tmp/requirements.txt {pip}=={minor}.{n}
                    COPY {dir} /srv/{dir}
                    RUN python -m compileall /srv/{dir} | tee /tmp/compile.log
                    """,
                    """
                    FROM maven:3-eclipse-temurin-21 AS {stage}
                    WORKDIR /{name}
                    COPY pom.xml .
                    COPY {dir}/pom.xml {dir}/
                    RUN mvn -B -q dependency:go-offline || true
                    COPY {dir} {dir}
                    RUN --mount=type=cache,target=/root/.m2 mvn -B package -DskipTests && \\
                        for jar in target/*.jar; do \\
                            cp $jar /{name}/app-$(basename $jar .jar).jar; \\
                        done
                    """,
                    """
                    FROM rust:{minor} as {stage}
                    RUN cargo new --bin {name}
                    WORKDIR /{name}
                    COPY Cargo.toml Cargo.lock ./
                    RUN cargo build --release && rm src/*.rs target/release/deps/{name}*
                    COPY src src
                    RUN cargo build --release --features "{deb} {pip}"
                    """,
                    """
                    FROM debian:{debian} AS {stage}
                    SHELL ["/bin/bash", "-eo", "pipefail", "-c"]
                    RUN apt-get update && apt-get install -y curl ca-certificates {deb} xz-utils && rm -rf /var/lib/apt/lists/*
                    RUN curl -fsSL https://example.org/{name}-v{minor}.tar.xz | tar -xJ -C /usr/local --strip-components=1
                    RUN set -eux; \\
                        arch="$(dpkg --print-architecture)"; \\
                        case "$arch" in \\
                            amd64) url=https://example.org/{name}/amd64 sha={hex} ;; \\
                            arm64) url=https://example.org/{name}/arm64 sha={hex} ;; \\
                            *) echo >&2 "unsupported: $arch"; exit 1 ;; \\
                        esac; \\
                        wget -O /tmp/{name}.tgz "$url" --progress=dot:giga; \\
                        echo "$sha */tmp/{name}.tgz" | sha256sum --strict --check -; \\
                        tar -xzf /tmp/{name}.tgz -C /opt; \\
                        rm /tmp/{name}.tgz
                    """,
                    """
                    FROM php:{minor}-fpm-alpine AS {stage}
                    # extensions that {name} wants
                    RUN apk add --no-cache --virtual .build $PHPIZE_DEPS icu-dev \\
                     && docker-php-ext-install -j"$(nproc)" intl pdo_mysql opcache \\
                     && pecl install redis-{minor}.{n} \\
                     && docker-php-ext-enable redis \\
                     && apk del .build
                    COPY --from=composer:2 /usr/bin/composer /usr/bin/composer
                    COPY composer.* ./
                    RUN composer install --no-dev --prefer-dist --no-interaction
                    """,
                    """
                    FROM ubuntu:22.04 as {stage}
                    ARG DEBIAN_FRONTEND=noninteractive
                    RUN apt-get update && apt-get upgrade -y
                    RUN apt-get install -y {deb} {deb} {deb} python3-pip
                    RUN pip3 install {pip} {pip}
                    RUN cd /opt && git clone https://example.org/{name}.git && cd {name} && make -j4 && sudo make install
                    """);

    private static final List<String> MIDDLES =
            List.of(
                    """
                    ENV {var}={n} \\
                        {var}_HOME=/opt/{name} \\
                        PATH=/opt/{name}/bin:$PATH
                    """,
                    "ENV {var} {name}\n",
                    "ARG {var}_VERSION={minor}.{n}\n",
                    """
                    LABEL org.opencontainers.image.title="{name}" \\
                          org.opencontainers.image.source=https://example.org/{name}
                    """,
                    "# {name}: what {var} is for\n",
                    "RUN mkdir -p /var/lib/{name} && chown -R {n}:{n} /var/lib/{name}\n",
                    "RUN groupadd -r {name} && useradd -r -g {name} -d /var/lib/{name} {name}\n",
                    "RUN echo \"{var}=${{var}:-{n}}\" >> /etc/environment && echo 'done'\n",
                    """
                    RUN if [ "$TARGETARCH" == "arm64" ]; then \\
                          ln -s /usr/lib/{name} /lib/{name}; \\
                        else \\
                          echo skipped; \\
                        fi
                    """,
                    """
                    RUN <<EOT
                    set -e
                    for f in /etc/{name}.d/*.conf; do
                      sed -i "s/@{var}@/${var}/g" "$f"
                    done
                    EOT
                    """,
                    """
                    COPY <<"CONF" /etc/{name}.conf
                    listen = 0.0.0.0:{n}
                    user = {name}
                    CONF
                    """,
                    "ADD https://example.org/{name}-{minor}.tar.gz /tmp/\n",
                    "ADD {dir}.tar.gz /opt/{dir}/\n",
                    "COPY --chown={n}:{n} {dir}/{name}.conf /etc/{name}/\n",
                    "RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} \\; || true\n",
                    "WORKDIR {dir}\n",
                    "RUN wget -q https://example.org/{name}.sh && sh {name}.sh `uname -m` $@\n",
                    "RUN chmod 777 /var/log/{name}; ls *.log | grep {var} | xargs rm\n");

    private static final List<String> FINALS =
            List.of(
                    """
                    FROM gcr.io/distroless/static:nonroot
                    COPY --from={last} /out/ /usr/local/bin/
                    EXPOSE {n}
                    ENTRYPOINT ["/usr/local/bin/{name}"]
                    """,
                    """
                    FROM {node}-slim
                    WORKDIR /srv
                    COPY --from={last} /{dir}/dist ./dist
                    USER node
                    EXPOSE {n} {n}/udp
                    HEALTHCHECK --interval=30s --timeout=3s CMD curl -f http://localhost:{n}/ || exit 1
                    CMD ["node", "dist/{name}.js"]
                    """,
                    """
                    FROM debian
                    RUN apt-get update && apt-get install -y tini {deb}
                    COPY --from={last} / /opt/
                    VOLUME /var/lib/{name}
                    USER root
                    ENTRYPOINT tini -- /opt/{name}
                    CMD --port $PORT
                    """,
                    """
                    FROM alpine:latest
                    RUN apk add {deb} && apk update
                    COPY --from={last} /out /app
                    STOPSIGNAL SIGTERM
                    ENTRYPOINT ["/app/{name}", "--listen", ":{n}"]
                    """);

    private static final List<String> NAMES =
            List.of(
                    "ledger",
                    "orders",
                    "gateway",
                    "mailer",
                    "search",
                    "billing",
                    "thumbs",
                    "audit",
                    "notify",
                    "ingest",
                    "metrics",
                    "proxy",
                    "cart",
                    "quota",
                    "sessions",
                    "relay");
    private static final List<String> DEBS =
            List.of(
                    "libpq-dev",
                    "libffi-dev",
                    "git",
                    "openssh-client",
                    "jq",
                    "unzip",
                    "libxml2-dev",
                    "imagemagick",
                    "gnupg",
                    "vim");
    private static final List<String> PIPS =
            List.of("gunicorn", "flask", "requests", "celery", "numpy", "uvicorn", "boto3");
    private static final List<String> DIRS =
            List.of("src", "app", "web", "server", "packages", "lib", "internal");
    private static final List<String> NODES =
            List.of("node:22", "node:20.11", "node:lts", "node", "registry.example.org/node:18");
    private static final List<String> DEBIANS = List.of("bookworm", "bookworm-slim", "12", "sid");

    private final Random random = new Random(44);
    private int stages;

    /// Writes `count` files, each in a directory of its own with some files beside it.
    static Path write(Path directory, int count) {
        LintedFiles files = new LintedFiles();
        try {
            for (int i = 0; i < count; i++) {
                Path service = directory.resolve("team" + i % 20 + "/service" + i);
                Files.createDirectories(service.resolve("src"));
                Files.writeString(service.resolve("src/main"), "x");
                Files.writeString(service.resolve("README.md"), "x");
                Files.writeString(service.resolve(".dockerignore"), ".git\n**/*.tmp\n");
                Files.writeString(service.resolve("Dockerfile"), files.next());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return directory;
    }

    /// Returns another Dockerfile of about 50 lines.
    String next() {
        stages = 0;
        StringBuilder text = new StringBuilder("# syntax=docker/dockerfile:1\n");
        String end = any(FINALS);
        int want = LINES - lines(end);
        text.append(fill(any(BUILDERS)));
        while (lines(text) < want) {
            boolean stage = stages < 3 && random.nextInt(4) == 0;
            text.append(fill(any(stage ? BUILDERS : MIDDLES)));
        }
        return text.append(fill(end)).toString();
    }

    private static int lines(CharSequence text) {
        return (int) text.chars().filter(c -> c == '\n').count();
    }

    private String any(List<String> list) {
        return list.get(random.nextInt(list.size()));
    }

    private String fill(String template) {
        StringBuilder text = new StringBuilder();
        int at = 0;
        for (int open = template.indexOf('{'); open >= 0; open = template.indexOf('{', at)) {
            int close = template.indexOf('}', open);
            int inner = template.lastIndexOf('{', close); // of `${{var}:-1}`
            String word = word(template.substring(inner + 1, close));
            text.append(template, at, inner).append(word);
            at = close + 1;
        }
        return text.append(template, at, template.length()).toString();
    }

    private String word(String kind) {
        return switch (kind) {
            case "name" -> any(NAMES) + (random.nextInt(3) == 0 ? "-" + random.nextInt(90) : "");
            case "deb" -> any(DEBS);
            case "pip" -> any(PIPS);
            case "dir" -> any(DIRS);
            case "node" -> any(NODES);
            case "debian" -> any(DEBIANS);
            case "var" -> any(NAMES).toUpperCase(java.util.Locale.ROOT);
            case "n" -> String.valueOf(1000 + random.nextInt(9000));
            case "minor" -> (1 + random.nextInt(9)) + "." + random.nextInt(30);
            case "hex" -> Long.toHexString(random.nextLong() | Long.MIN_VALUE).repeat(4);
            case "stage" -> "s" + stages++;
            case "last" -> "s" + (stages - 1);
            default -> "{" + kind + "}"; // the shell's
        };
    }
}
