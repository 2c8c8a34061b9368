package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Expose;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Volume;
import dev.slipway.dockerfile.Word;
import dev.slipway.dockerfile.Workdir;
import dev.slipway.lint.FixKind;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.StageModel;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// `WORKDIR`, `VOLUME` and `EXPOSE`.
final class PathChecks implements Check {
    private static final List<String> SYSTEM =
            List.of("/proc", "/boot", "/dev", "/sys", "/initrd", "/lost+found");

    @Override
    public void check(LintFile file, Findings findings) {
        Set<StageModel> absolute = new HashSet<>();
        for (StageModel stage : file.stages()) {
            boolean set = stage.parent() != null && absolute.contains(stage.parent());
            for (Instruction instruction : stage.instructions()) {
                if (instruction instanceof Workdir workdir) {
                    set = workdir(workdir, set, findings);
                } else if (instruction instanceof Volume volume) {
                    volume(volume, findings);
                } else if (instruction instanceof Expose expose) {
                    expose(expose, findings);
                }
            }
            if (set) {
                absolute.add(stage);
            }
        }
    }

    // Returns whether the working directory is absolute from here on.
    private static boolean workdir(Workdir workdir, boolean set, Findings findings) {
        String path = Wording.unquoted(workdir.path());
        for (String system : SYSTEM) {
            if (path.equals(system) || path.startsWith(system + "/")) {
                findings.at(workdir)
                        .as("DS-0030", "WORKDIR is the system directory " + system)
                        .add();
            }
        }
        boolean fine =
                Wording.isAbsolute(path) || path.startsWith("$") || path.matches("[A-Za-z]:.*");
        if (fine) {
            return true;
        }
        Findings.Report report = findings.at(workdir).as("DL3000");
        if (!set) {
            report.as(
                    "WorkdirRelativePath",
                    "Relative workdir "
                            + Wording.quoted(path)
                            + " can have unexpected results if the base image changes");
        }
        report.add();
        return true;
    }

    private static void volume(Volume volume, Findings findings) {
        for (String path : volume.paths()) {
            for (String system : List.of("/dev", "/proc", "/sys")) {
                if (path.equals(system) || path.startsWith(system + "/")) {
                    findings.at(volume)
                            .as("DKL-DI-0002", "VOLUME hides the system directory " + path)
                            .add();
                }
            }
        }
    }

    private static void expose(Expose expose, Findings findings) {
        List<Word> words = expose.source().arguments();
        boolean tooHigh = false;
        for (Word word : words) {
            String port = Wording.unquoted(word.text());
            String number = protocol(expose, word, port, findings);
            if (number.indexOf('$') < 0 && number.indexOf(':') >= 0) {
                findings.at(expose, word.range())
                        .as(
                                "ExposeInvalidFormat",
                                "EXPOSE instruction should not define an IP address or host-port"
                                        + " mapping, found '"
                                        + port
                                        + "'")
                        .add();
            }
            tooHigh |= isTooHigh(number);
            if (number.equals("22")) {
                findings.at(expose, word.range())
                        .as("DS-0004", "Port 22 is exposed: a container needs no SSH server")
                        .add();
            }
        }
        if (tooHigh) {
            findings.at(expose).as("DL3011").add();
        }
    }

    // Returns the port without its protocol.
    private static String protocol(Expose expose, Word word, String port, Findings findings) {
        int slash = port.indexOf('/');
        if (slash < 0 || port.indexOf('$') >= 0) {
            return port;
        }
        String protocol = port.substring(slash + 1);
        if (!Wording.isLower(protocol)) {
            findings.at(expose, word.range())
                    .as(
                            "ExposeProtoCasing",
                            "Defined protocol '"
                                    + port
                                    + "' in EXPOSE instruction should be lowercase")
                    .fix(
                            FixKind.SAFE,
                            "Write the protocol in lower case",
                            Wording.replace(
                                    word.range(),
                                    word.text().replace(protocol, Wording.lower(protocol))))
                    .add();
        }
        return port.substring(0, slash);
    }

    private static boolean isTooHigh(String ports) {
        int start = 0;
        for (int i = 0; i <= ports.length(); i++) {
            if (i == ports.length() || ports.charAt(i) == '-') {
                String number = ports.substring(start, i);
                boolean digits = !number.isEmpty() && Wording.allDigits(number);
                if (digits && (number.length() > 9 || Integer.parseInt(number) > 65_535)) {
                    return true;
                }
                start = i + 1;
            }
        }
        return false;
    }
}
