package dev.slipway.build;

import dev.slipway.container.Device;
import dev.slipway.container.MountSpec;
import dev.slipway.container.RootFs;
import dev.slipway.image.Layer;
import dev.slipway.image.Lower;
import dev.slipway.image.MergedView;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Prepares the mounts of one RUN, and holds what they need until the command has ended.
final class RunMounts implements AutoCloseable {
    private static final int SCRIPT_MODE = 0755;
    private static final int TMPFS_MODE = 01777;
    private static final String SSH_VARIABLE = "SSH_AUTH_SOCK";

    private final Workshop shop;
    private final Workshop.Job job;
    private final Step.Run step;
    private final Path temporary;
    private final List<Runnable> releases = new ArrayList<>();

    /// What a container gets.
    ///
    /// @param env `NAME=value` of secrets, agents and devices: never part of a key or a record
    record Prepared(
            List<MountSpec> mounts,
            List<String> env,
            List<Device> devices,
            List<Integer> additionalGids) {}

    RunMounts(Workshop shop, Workshop.Job job, Path temporary) {
        this.shop = shop;
        this.job = job;
        this.step = (Step.Run) job.step();
        this.temporary = temporary;
    }

    Prepared prepare() throws BuildException, IOException, InterruptedException {
        var mounts = new ArrayList<MountSpec>();
        var env = new ArrayList<String>();
        var devices = new ArrayList<Device>();
        var groups = new ArrayList<Integer>();
        var wanted = step.spec().mounts();
        volumes(mounts);
        devices(mounts, env, devices, groups);
        var caches = takeCaches(wanted);
        for (int i = 0; i < wanted.size(); i++) {
            add(i, wanted.get(i), caches, mounts, env);
        }
        var script = step.spec().script();
        if (script != null) {
            var content = script.content().getBytes(StandardCharsets.UTF_8);
            mounts.add(new MountSpec.FileContent(script.path(), content, SCRIPT_MODE, 0, 0, true));
        }
        return new Prepared(mounts, env, devices, groups);
    }

    /// Without a pattern switch: EventJson says why.
    @SuppressWarnings("IfChainToSwitch")
    private void add(
            int index,
            RunMount wanted,
            Map<RunMount.Cache, CacheMounts.Held> caches,
            List<MountSpec> mounts,
            List<String> env)
            throws BuildException, IOException, InterruptedException {
        if (wanted instanceof RunMount.Bind bind) {
            mounts.add(bind(index, bind));
        } else if (wanted instanceof RunMount.Cache cache) {
            mounts.add(cache(cache, caches.get(cache)));
        } else if (wanted instanceof RunMount.Tmpfs tmpfs) {
            mounts.add(tmpfs(tmpfs, job.below()));
        } else if (wanted instanceof RunMount.Secret secret) {
            secret(secret, mounts, env);
        } else {
            ssh((RunMount.Ssh) wanted, mounts, env);
        }
    }

    private void volumes(List<MountSpec> mounts) {
        var settings = shop.request().runSettings();
        if (settings != null) {
            for (var volume : settings.volumes()) {
                mounts.add(new MountSpec.Bind(volume.source(), volume.target(), volume.readOnly()));
            }
        }
    }

    private void devices(
            List<MountSpec> mounts, List<String> env, List<Device> devices, List<Integer> groups)
            throws BuildException {
        var wanted = step.spec().devices();
        var source = step.source();
        if (wanted.isEmpty() || source == null) {
            return;
        }
        for (var device : RunDevices.resolve(wanted, shop.request().runSettings(), source)) {
            mounts.addAll(device.mounts());
            env.addAll(device.env());
            devices.addAll(device.devices());
            groups.addAll(device.additionalGids());
        }
    }

    /// As BuildKit mounts it: programs may be executed there, and its mode is that of the directory
    /// it covers.
    private MountSpec tmpfs(RunMount.Tmpfs tmpfs, Snapshot below)
            throws BuildException, IOException {
        var options = tmpfs.readOnly() ? List.of("exec", "ro") : List.of("exec");
        try (var files = shop.view(below)) {
            var covered = files.resolve(RawPath.of(tmpfs.target()));
            boolean there = covered.isPresent() && covered.get().isDirectory();
            int mode = there ? covered.get().mode() : TMPFS_MODE;
            return new MountSpec.Tmpfs(tmpfs.target(), tmpfs.sizeBytes(), mode, options);
        }
    }

    private MountSpec bind(int index, RunMount.Bind bind)
            throws BuildException, IOException, InterruptedException {
        var from = bind.from();
        if (from == null || from instanceof Step.Origin) {
            return context(index, bind);
        }
        return tree(
                shop.lowers(job.views().snapshot(from)),
                RawPath.of(bind.source()).normalize(),
                bind);
    }

    private MountSpec tree(List<Lower> layers, RawPath source, RunMount.Bind bind)
            throws IOException {
        var lowers = layers.isEmpty() ? List.<Lower>of(empty()) : layers;
        return new MountSpec.Tree(RootFs.view(lowers), source, bind.target(), !bind.readWrite());
    }

    private Lower empty() throws IOException {
        return new Lower.Directory(Files.createDirectories(temporary.resolve("empty")));
    }

    /// The context is mounted as a layer made of the selected files: they stay as they were hashed,
    /// ignored ones are not among them, and links in them lead nowhere outside.
    private MountSpec context(int index, RunMount.Bind bind)
            throws BuildException, IOException, InterruptedException {
        var use = ContextUse.ofMount(index, bind.from(), bind.source());
        var selection = shop.sources().fromContext(step, use);
        var layer = contextLayer(selection);
        var files = shop.sources().tree(step, use);
        var source = RawPath.of(bind.source()).normalize();
        var there = files.resolve(source);
        boolean directory = there.isEmpty() || there.get().isDirectory();
        return tree(List.of(layer.lower()), directory ? RawPath.ROOT : source.name(), bind);
    }

    private Layer contextLayer(CopySelection selection)
            throws BuildException, IOException, InterruptedException {
        var parts =
                List.of(
                        new KeyPart("instruction", "context mount"),
                        new KeyPart("files", selection.contentDigest()));
        var known = shop.find(CacheRecord.definitionKey(parts, List.of()));
        if (known != null) {
            return shop.layers(known).getLast();
        }
        try (var writer = shop.store().layers().create()) {
            selection.writeTo(writer, MergedView.of(List.of()), shop.latest());
            var layer = writer.seal();
            var change =
                    new Snapshot.Change(
                            layer.diffId(), layer.size(), shop.events().clock().millis(), 0);
            shop.records()
                    .put(
                            new CacheRecord(
                                    "context of " + step.name(),
                                    parts,
                                    List.of(),
                                    List.of(),
                                    Snapshot.of(List.of(), List.of(change))));
            return layer;
        } catch (CopyException e) {
            throw BuildException.of(BuildException.messageOf(e)).hint(e.hint()).step(step).make();
        }
    }

    /// Takes all caches before any is used, in an order that is the same for all steps: two that
    /// each want two locked caches must not each hold one and wait for the other.
    private Map<RunMount.Cache, CacheMounts.Held> takeCaches(List<RunMount> wanted)
            throws BuildException, IOException, InterruptedException {
        var requests = new ArrayList<CacheMounts.Request>();
        for (var mount : wanted) {
            if (mount instanceof RunMount.Cache cache) {
                requests.add(request(cache));
            }
        }
        if (requests.isEmpty()) {
            return Map.of();
        }
        var store = new CacheMounts(shop.store().home());
        var taken = new HashMap<RunMount.Cache, CacheMounts.Held>();
        var byName = new HashMap<String, CacheMounts.Held>();
        requests.sort(CacheMounts.Request.ORDER);
        for (var request : requests) {
            var held = byName.get(request.name());
            if (held == null) {
                shop.fillMount(request);
                held = store.take(request, () -> tellWaiting(request));
                releases.add(held::close);
                byName.put(request.name(), held);
            }
            taken.put(request.mount(), held);
        }
        return taken;
    }

    private void tellWaiting(CacheMounts.Request request) {
        var what = "waiting for the cache mount " + request.mount().id();
        shop.events().emit(time -> new BuildEvent.StepProgress(time, step, what, 0, -1));
    }

    private CacheMounts.Request request(RunMount.Cache cache)
            throws BuildException, IOException, InterruptedException {
        var from = cache.from();
        if (from == null) {
            return new CacheMounts.Request(cache, null, "");
        }
        var seed =
                new CacheMounts.Seed(
                        job.views().tree(from), RawPath.of(cache.source()).normalize());
        return new CacheMounts.Request(cache, seed, content(cache, from));
    }

    /// What names the files that a cache begins with.
    private String content(RunMount.Cache cache, Step from)
            throws BuildException, IOException, InterruptedException {
        if (from instanceof Step.Origin origin) {
            var files = ContextUse.wholeOf(cache.source());
            var use = new ContextUse("files of the cache at " + cache.target(), files, origin);
            return shop.sources().fromContext(step, use).contentDigest();
        }
        return job.views().snapshot(from).chainId();
    }

    private static MountSpec cache(RunMount.Cache cache, CacheMounts.@Nullable Held taken) {
        if (taken == null) {
            throw new IllegalStateException(cache.id());
        }
        if (cache.from() == null && !cache.source().equals("/")) {
            return beneath(cache, taken);
        }
        return new MountSpec.Bind(taken.directory(), cache.target(), cache.readOnly());
    }

    /// A part of a cache: resolved beneath its directory when it is mounted, so that no link a
    /// command left in the cache leads out of it (the lesson of CVE-2024-23651).
    private static MountSpec beneath(RunMount.Cache cache, CacheMounts.Held taken) {
        var source =
                new MountSpec.Source.Beneath(
                        taken.directory(), RawPath.of(cache.source()).normalize());
        return new MountSpec.Bind(source, cache.target(), cache.readOnly());
    }

    private void secret(RunMount.Secret secret, List<MountSpec> mounts, List<String> env)
            throws BuildException, IOException {
        var content = read(secret);
        if (content == null) {
            return;
        }
        if (secret.env() != null) {
            env.add(secret.env() + "=" + new String(content, StandardCharsets.UTF_8));
        }
        if (!secret.target().isEmpty()) {
            mounts.add(
                    new MountSpec.FileContent(
                            secret.target(),
                            content,
                            secret.mode(),
                            secret.uid(),
                            secret.gid(),
                            true));
        }
    }

    private byte @Nullable [] read(RunMount.Secret secret) throws BuildException, IOException {
        var source = shop.request().secrets().get(secret.id());
        if (source == null) {
            if (secret.required()) {
                throw BuildException.of("the secret " + secret.id() + " was not given")
                        .step(step)
                        .hint("give it with --secret id=" + secret.id() + ",src=FILE or ,env=NAME")
                        .make();
            }
            return null;
        }
        return source.read();
    }

    /// As with BuildKit, the variable is set even if there is no agent.
    private void ssh(RunMount.Ssh ssh, List<MountSpec> mounts, List<String> env)
            throws BuildException, IOException {
        if (!isSet(env, SSH_VARIABLE) && !isSet(step.spec().env(), SSH_VARIABLE)) {
            env.add(SSH_VARIABLE + "=" + ssh.target());
        }
        var source = shop.request().sshSources().get(ssh.id());
        if (source != null) {
            var directory = Files.createTempDirectory(temporary, "ssh");
            var socket = SshAgentSocket.listen(directory, source, ssh);
            releases.add(socket::close);
            mounts.add(new MountSpec.Bind(socket.path(), ssh.target(), false));
        } else if (ssh.required()) {
            throw BuildException.of("the ssh agent " + ssh.id() + " was not given")
                    .step(step)
                    .hint("give it with --ssh " + ssh.id())
                    .make();
        }
    }

    private static boolean isSet(List<String> env, String name) {
        for (var variable : env) {
            if (variable.startsWith(name + "=")) {
                return true;
            }
        }
        return false;
    }

    /// Gives back what was held. Idempotent.
    @Override
    public void close() {
        for (var release : releases) {
            release.run();
        }
        releases.clear();
    }
}
