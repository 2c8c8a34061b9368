package dev.slipway.pipeline;

import dev.slipway.image.InvalidJsonException;
import dev.slipway.image.Json;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;

/// Reads facts from the environment of a CI system, and from git where that says nothing: GitHub
/// Actions, GitLab CI, Jenkins and CircleCI are known by their variables.
public final class CiFacts {
    private static final int MAX_EVENT_BYTES = 8 << 20;

    private final Map<String, String> environment;
    private final GitFacts git;
    private final Instant now;

    private CiFacts(Map<String, String> environment, GitFacts git, Instant now) {
        this.environment = environment;
        this.git = git;
        this.now = now;
    }

    /// Reads what there is to know about what is built in `directory`.
    ///
    /// @throws TagRuleException if what a CI system says cannot be understood
    public static TagFacts read(Map<String, String> environment, Path directory, Instant now)
            throws TagRuleException, IOException, InterruptedException {
        return new CiFacts(environment, GitFacts.read(directory), now).facts();
    }

    private TagFacts facts() throws TagRuleException, IOException {
        if (is("GITHUB_ACTIONS")) {
            return github();
        }
        if (is("GITLAB_CI")) {
            return gitlab();
        }
        if (!text("JENKINS_URL").isEmpty()) {
            return jenkins();
        }
        return is("CIRCLECI") ? circle() : fromGit();
    }

    private boolean is(String name) {
        return text(name).equals("true");
    }

    private String text(String name) {
        return environment.getOrDefault(name, "");
    }

    private static String first(String one, String other) {
        return one.isEmpty() ? other : one;
    }

    private TagFacts github() throws TagRuleException, IOException {
        var event = event();
        var repository = object(event, "repository");
        var pull = object(event, "pull_request");
        var ref = text("GITHUB_REF");
        var name = text("GITHUB_EVENT_NAME");
        if (name.equals("pull_request_target")) {
            ref = "refs/pull/" + number(event) + "/merge"; // what is built, not what is trusted
        }
        boolean head = is("DOCKER_METADATA_PR_HEAD_SHA") && pull != null;
        var sha = head ? text(object(pull, "head"), "sha") : text("GITHUB_SHA");
        var pushed = text(event, "base_ref");
        var base =
                pull != null
                        ? text(object(pull, "base"), "ref")
                        : ref.startsWith("refs/tags/")
                                ? pushed.replaceFirst("^refs/heads/", "")
                                : "";
        var slug = text("GITHUB_REPOSITORY");
        var url = first(text(repository, "html_url"), text("GITHUB_SERVER_URL") + "/" + slug);
        return new TagFacts(
                name,
                ref,
                sha,
                text(repository, "default_branch"),
                base,
                git.commitDate(),
                now,
                new TagFacts.Repository(
                        first(text(repository, "name"), slug.substring(slug.indexOf('/') + 1)),
                        text(repository, "description"),
                        url,
                        text(object(repository, "license"), "spdx_id")));
    }

    private Json.@Nullable Obj event() throws TagRuleException, IOException {
        var path = text("GITHUB_EVENT_PATH");
        if (path.isEmpty() || !Files.isRegularFile(Path.of(path))) {
            return null;
        }
        try (var in = Files.newInputStream(Path.of(path))) {
            return Json.parseObject(in.readNBytes(MAX_EVENT_BYTES));
        } catch (InvalidJsonException e) {
            throw new TagRuleException(
                    "the event in " + path + " is not JSON: " + e.getMessage(), null);
        }
    }

    private static Json.@Nullable Obj object(Json.@Nullable Obj of, String name) {
        return of != null && of.get(name) instanceof Json.Obj inner ? inner : null;
    }

    private static String text(Json.@Nullable Obj of, String name) {
        return of != null && of.get(name) instanceof Json.Str(String text) ? text : "";
    }

    private static String number(Json.@Nullable Obj of) {
        return of != null && of.get("number") instanceof Json.Num(String literal) ? literal : "0";
    }

    private TagFacts gitlab() throws TagRuleException {
        var request = text("CI_MERGE_REQUEST_IID");
        var event =
                switch (text("CI_PIPELINE_SOURCE")) {
                    case "schedule" -> "schedule";
                    case "merge_request_event" -> "pull_request";
                    default -> "push";
                };
        return new TagFacts(
                event,
                ref(text("CI_COMMIT_TAG"), request, text("CI_COMMIT_BRANCH")),
                text("CI_COMMIT_SHA"),
                text("CI_DEFAULT_BRANCH"),
                text("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
                time(text("CI_COMMIT_TIMESTAMP")),
                now,
                new TagFacts.Repository(
                        text("CI_PROJECT_NAME"),
                        text("CI_PROJECT_DESCRIPTION"),
                        text("CI_PROJECT_URL"),
                        ""));
    }

    private @Nullable Instant time(String text) throws TagRuleException {
        if (text.isEmpty()) {
            return git.commitDate();
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException _) {
            throw new TagRuleException("the time of the commit, " + text + ", is none", null);
        }
    }

    private static String ref(String tag, String request, String branch) {
        if (!tag.isEmpty()) {
            return "refs/tags/" + tag;
        }
        if (!request.isEmpty()) {
            return "refs/pull/" + request + "/merge";
        }
        return branch.isEmpty() ? "" : "refs/heads/" + branch;
    }

    private TagFacts jenkins() {
        var branch = first(text("BRANCH_NAME"), text("GIT_BRANCH").replaceFirst("^origin/", ""));
        var request = text("CHANGE_ID");
        boolean scheduled = text("BUILD_CAUSE").contains("TIMERTRIGGER");
        return known(
                scheduled ? "schedule" : request.isEmpty() ? "push" : "pull_request",
                ref(text("TAG_NAME"), request, branch),
                text("GIT_COMMIT"),
                text("CHANGE_TARGET"),
                text("GIT_URL"));
    }

    private TagFacts circle() {
        var request = text("CIRCLE_PULL_REQUEST");
        var number = request.substring(request.lastIndexOf('/') + 1);
        return known(
                number.isEmpty() ? "push" : "pull_request",
                ref(text("CIRCLE_TAG"), number, text("CIRCLE_BRANCH")),
                text("CIRCLE_SHA1"),
                "",
                text("CIRCLE_REPOSITORY_URL"));
    }

    private TagFacts fromGit() {
        return known("push", git.ref(), git.sha(), "", git.remote());
    }

    private TagFacts known(String event, String ref, String sha, String base, String remote) {
        var url = GitFacts.page(first(remote, git.remote()));
        return new TagFacts(
                event,
                first(ref, git.ref()),
                first(sha, git.sha()),
                git.defaultBranch(),
                base,
                git.commitDate(),
                now,
                new TagFacts.Repository(url.substring(url.lastIndexOf('/') + 1), "", url, ""));
    }
}
