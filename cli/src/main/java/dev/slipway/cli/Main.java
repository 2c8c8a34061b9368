package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.HelpText;
import dev.slipway.cli.options.OptionParser;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.linux.Host;

import org.jspecify.annotations.Nullable;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The `slipway` command.
public final class Main {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    /// A gate said no.
    static final int REFUSED = 3;

    private Main() {}

    public static void main(String[] args) {
        linkNativeCalls(args);
        StandardOutput standard = new StandardOutput(FileDescriptor.out);
        PrintStream out = standard.text();
        PrintStream err = new StandardOutput(FileDescriptor.err).text();
        ProcessConsole console = new ProcessConsole();
        InputStream in = new FileInputStream(FileDescriptor.in);
        Session session = new Session(System.getenv(), in, out, err, standard, console);
        int code = FAILED;
        try {
            code = run(args, session);
            out.flush();
            if (standard.failure() != null && code == OK) {
                err.println("error: writing to standard output failed: " + standard.failure());
                code = FAILED;
            }
        } finally {
            err.flush();
            console.exit(code, session.usedStore());
        }
    }

    /// Linking the first native call costs the JVM some 35 ms of work that no cache holds. It is
    /// done on another core while this thread reads the command line and the Dockerfile.
    static void linkNativeCalls(String[] args) {
        if (args.length == 0) {
            return;
        }
        switch (args[0]) {
            case "build",
                    "run",
                    "debug",
                    "buildx",
                    "demo",
                    "images",
                    "image",
                    "save",
                    "load",
                    "import" ->
                    Thread.ofPlatform().daemon().name("slipway-link").start(Host::pid);
            default -> {}
        }
    }

    /// Runs one command line in this process: for tests and for embedding.
    ///
    /// @return the exit code
    public static int run(
            String[] args,
            Map<String, String> env,
            InputStream in,
            PrintStream out,
            PrintStream err) {
        int code = run(args, new Session(env, in, out, err, Console.none()));
        out.flush();
        err.flush();
        return code;
    }

    static int run(String[] args, Session session) {
        if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-v"))) {
            return VersionCommand.line(session);
        }
        try (session) {
            return dispatch(args, session);
        } catch (Exception failure) {
            session.out().flush();
            return new ErrorPrinter(session).print(failure);
        } catch (OutOfMemoryError | StackOverflowError failure) {
            String what = failure instanceof OutOfMemoryError ? "out of memory" : "nested too deep";
            session.out().flush();
            return new ErrorPrinter(session)
                    .print(new CommandException(what + ": the input is too large", null));
        }
    }

    static int dispatch(String[] args, Session session) throws Exception {
        CommandSpec root = Globals.root();
        Parsed line =
                OptionParser.parse(
                        root, Globals.afterCommand(), List.of(args), session.environment());
        applyGlobals(line, session);
        if (line.is(Globals.VERSION)) {
            return VersionCommand.line(session);
        }
        List<String> words = line.arguments();
        if (words.isEmpty()) {
            if (!line.is(Globals.HELP)) {
                new Overview(session).print(session.err());
                return WRONG_USAGE;
            }
            new Overview(session).print(session.out());
            return OK;
        }
        return runCommand(words, line.is(Globals.HELP), session);
    }

    private static int runCommand(List<String> words, boolean help, Session session)
            throws Exception {
        Commands.@Nullable Family family = Commands.family(words.getFirst());
        Command command = Commands.find(words.getFirst());
        if (family != null && (command == null || isMember(family, words))) {
            return runMember(family, words, help, session);
        }
        if (command == null) {
            throw Overview.unknown(words.getFirst(), null);
        }
        return run(command, words.subList(1, words.size()), help, session);
    }

    /// Whether the second word is a command of the family, whose name may be a command too.
    private static boolean isMember(Commands.Family family, List<String> words) {
        return words.size() > 1 && family.members().contains(words.get(1));
    }

    private static int runMember(
            Commands.Family family, List<String> words, boolean help, Session session)
            throws Exception {
        String member = words.size() > 1 ? words.get(1) : "";
        if (member.isEmpty() || member.equals("--help") || member.equals("-h")) {
            boolean asked = help || !member.isEmpty();
            new Overview(session).print(family, asked ? session.out() : session.err());
            return asked ? OK : WRONG_USAGE;
        }
        int length = 2;
        Command command = null;
        if (words.size() > 2) {
            // Names of three words are buildx's: buildx history ls.
            command = Commands.find(family.name() + " " + member + " " + words.get(2));
            length = command == null ? 2 : 3;
        }
        if (command == null) {
            command = Commands.find(family.name() + " " + member);
        }
        if (command == null) {
            throw Overview.unknown(member, family);
        }
        return run(command, words.subList(length, words.size()), help, session);
    }

    private static int run(Command command, List<String> words, boolean help, Session session)
            throws Exception {
        CommandSpec spec = command.spec();
        CommandSpec globals = Globals.afterCommand();
        try {
            Parsed line = OptionParser.parse(spec, globals, words, session.environment());
            if (help || line.is(Globals.HELP)) {
                return help(spec, session);
            }
            applyGlobals(line, session);
            OptionParser.checkArguments(line);
            return command.run(line, session);
        } catch (UsageException wrong) {
            if (asksForHelp(spec, words)) {
                return help(spec, session);
            }
            session.out().flush();
            new ErrorPrinter(session).printUsage(wrong, spec);
            return command.wrongUsage();
        }
    }

    private static int help(CommandSpec spec, Session session) {
        session.out().print(HelpText.of(spec, Globals.afterCommand(), session.width()));
        return OK;
    }

    /// Whether the command line has `--help` among its options, whatever else is wrong with it.
    private static boolean asksForHelp(CommandSpec spec, List<String> words) {
        for (String word : words) {
            if (word.equals("--help") || (word.equals("-h") && spec.find('h') == null)) {
                return true;
            }
            boolean argument = !word.startsWith("-") || word.equals("-") || word.equals("--");
            if (argument && (spec.isStoppedByArgument() || word.equals("--"))) {
                return false;
            }
        }
        return false;
    }

    private static void applyGlobals(Parsed line, Session session) throws UsageException {
        if (line.is(Globals.DEBUG)) {
            session.setDebug(true);
        }
        String home = line.has(Globals.HOME) ? line.text(Globals.HOME) : null;
        if (home != null) {
            session.setHome(Path.of(home).toAbsolutePath().normalize());
        }
    }

    /// The words of every command page, for the test that writes them.
    static List<CommandSpec> specs() {
        List<CommandSpec> specs = new ArrayList<>();
        for (String name : Commands.canonicalNames()) {
            Command command = Commands.find(name);
            if (command != null) {
                specs.add(command.spec());
            }
        }
        return specs;
    }
}
