package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Add;
import dev.slipway.dockerfile.Copy;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.InstructionSource;
import dev.slipway.dockerfile.Invalid;
import dev.slipway.dockerfile.Run;
import dev.slipway.dockerfile.Word;
import dev.slipway.dockerfile.Workdir;
import dev.slipway.lint.FixKind;
import dev.slipway.lint.model.Argument;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Command;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.Script;
import dev.slipway.lint.model.StageModel;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `COPY` and `ADD`.
final class FileChecks implements Check {
    private static final List<String> ARCHIVES =
            List.of(
                    ".tar", ".Z", ".bz2", ".gz", ".lz", ".lzma", ".tZ", ".tb2", ".tbz", ".tbz2",
                    ".tgz", ".tlz", ".tpz", ".txz", ".xz");
    private static final Set<String> UNPACKERS =
            Set.of(
                    "unzip",
                    "gunzip",
                    "bunzip2",
                    "unlzma",
                    "unxz",
                    "zgz",
                    "uncompress",
                    "zcat",
                    "gzcat");

    @Override
    public void check(LintFile file, Findings findings) {
        Set<StageModel> workdirs = new HashSet<>();
        Set<String> names = new HashSet<>();
        int stages = 0;
        for (StageModel stage : file.stages()) {
            boolean workdir = stage.parent() != null && workdirs.contains(stage.parent());
            Map<Instruction, Set<String>> archives = new LinkedHashMap<>();
            for (Instruction instruction : stage.instructions()) {
                workdir |= instruction instanceof Workdir;
                Files files = Files.of(instruction);
                if (files != null && !files.add()) {
                    copy(instruction, files, findings);
                    stageReference(stage, instruction, names, stages, findings);
                    relative(file, stage, instruction, files, workdir, findings);
                    remember(archives, instruction, files);
                } else if (files != null) {
                    add(instruction, files, findings);
                } else if (instruction instanceof Run run) {
                    unpacked(file.script(run), archives, findings);
                }
            }
            if (workdir) {
                workdirs.add(stage);
            }
            stages += stage.index() >= 0 ? 1 : 0;
            String name = stage.from() == null ? null : stage.from().name();
            if (name != null) {
                names.add(name);
            }
        }
    }

    /// What a `COPY` or `ADD` names, also one that would not build.
    private record Files(boolean add, List<Word> sources, Word target) {
        static @Nullable Files of(Instruction instruction) {
            InstructionSource source = instruction.source();
            String keyword = source.keyword().text();
            boolean add = keyword.equalsIgnoreCase("ADD");
            boolean copy =
                    instruction instanceof Copy
                            || instruction instanceof Add
                            || (instruction instanceof Invalid
                                    && (add || keyword.equalsIgnoreCase("COPY")));
            List<Word> words = source.arguments();
            return copy && words.size() >= 2
                    ? new Files(add, words.subList(0, words.size() - 1), words.getLast())
                    : null;
        }
    }

    private static @Nullable String from(Instruction instruction) {
        var flag = instruction.source().flag("from");
        return flag == null ? null : flag.value();
    }

    private static void copy(Instruction copy, Files files, Findings findings) {
        String target = Wording.unquoted(files.target().text());
        if (files.sources().size() > 1 && !target.endsWith("/")) {
            Findings.Report report = findings.at(copy, files.target().range()).as("DL3021");
            boolean directory = target.equals(".") || target.endsWith("/.");
            if (directory) {
                report.fix(
                        FixKind.SAFE,
                        "End the target in a slash",
                        Wording.insert(files.target().range().end(), "/"));
            }
            report.add();
        }
        if (from(copy) == null) {
            return;
        }
        for (Word source : files.sources()) {
            if (Wording.unquoted(source.text()).equals("/") && target.equals("/")) {
                findings.at(copy).as("DL3067").add();
                return;
            }
        }
    }

    private static void stageReference(
            StageModel stage,
            Instruction copy,
            Set<String> earlier,
            int stages,
            Findings findings) {
        String from = from(copy);
        if (from == null) {
            return;
        }
        boolean number = !from.isEmpty() && Wording.allDigits(from) && from.length() < 6;
        boolean known =
                from.indexOf(':') >= 0
                        || earlier.contains(from)
                        || (number && Integer.parseInt(from) < stages);
        var flag = copy.source().flag("from");
        Findings.Report report = flag == null ? findings.at(copy) : findings.at(copy, flag.range());
        String own = stage.from() == null ? null : stage.from().name();
        if (from.equals(own)) {
            findings.at(copy).as("DL3023").add();
        }
        if (!known) {
            report.as("DL3022").add();
        }
    }

    private static void relative(
            LintFile file,
            StageModel stage,
            Instruction copy,
            Files files,
            boolean workdir,
            Findings findings) {
        String target = Wording.unquoted(files.target().text());
        boolean fine = workdir || Wording.isAbsolute(target) || target.startsWith("$");
        if (!fine && !BaseFacts.hasWorkingDirectory(file, stage)) {
            findings.at(copy, files.target().range()).as("DL3045").add();
        }
    }

    private static void add(Instruction add, Files files, Findings findings) {
        if (add.source().flag("unpack") != null || add.source().flag("checksum") != null) {
            return;
        }
        boolean heredoc = !add.source().heredocs().isEmpty();
        for (Word source : files.sources()) {
            String path = Wording.unquoted(source.text());
            if (!heredoc && !isArchive(path) && !isRemote(path)) {
                findings.at(add)
                        .as("DL3020")
                        .fix(
                                FixKind.UNSAFE,
                                "Use COPY",
                                Wording.replace(add.source().keyword().range(), copyLike(add)))
                        .add();
                return;
            }
        }
    }

    private static String copyLike(Instruction add) {
        return Wording.isLower(add.source().keyword().text()) ? "copy" : "COPY";
    }

    private static boolean isRemote(String path) {
        return path.startsWith("http://") || path.startsWith("https://");
    }

    private static boolean isArchive(String path) {
        for (String ending : ARCHIVES) {
            if (path.endsWith(ending)) {
                return true;
            }
        }
        return false;
    }

    private static void remember(
            Map<Instruction, Set<String>> archives, Instruction copy, Files files) {
        if (from(copy) != null) {
            return;
        }
        Set<String> names = new HashSet<>();
        String target = Wording.unquoted(files.target().text());
        if (isArchive(target)) {
            names.add(Wording.baseName(target));
        } else {
            for (Word source : files.sources()) {
                String path = Wording.unquoted(source.text());
                if (isArchive(path)) {
                    names.add(Wording.baseName(path));
                }
            }
        }
        if (!names.isEmpty()) {
            archives.put(copy, names);
        }
    }

    private static void unpacked(
            @Nullable Script script, Map<Instruction, Set<String>> archives, Findings findings) {
        if (script == null || archives.isEmpty()) {
            return;
        }
        Map<Instruction, Set<String>> left = new HashMap<>(archives);
        for (Command command : script.commands()) {
            if (!unpacks(command)) {
                continue;
            }
            for (Argument argument : command.operands()) {
                String name = Wording.baseName(argument.text());
                for (Map.Entry<Instruction, Set<String>> entry : left.entrySet()) {
                    if (entry.getValue().contains(name)
                            && archives.remove(entry.getKey()) != null) {
                        findings.at(entry.getKey()).as("DL3010").add();
                    }
                }
            }
        }
    }

    private static boolean unpacks(Command command) {
        if (!command.name().equals("tar")) {
            return UNPACKERS.contains(command.name());
        }
        for (Argument argument : command.arguments()) {
            String text = argument.text();
            boolean extract =
                    text.equals("--extract")
                            || text.equals("--get")
                            || (text.startsWith("-") && text.indexOf('x') >= 0);
            if (extract) {
                return true;
            }
        }
        return false;
    }
}
