package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.output.Template;

import java.util.LinkedHashMap;
import java.util.Map;

/// `slipway version`: which Slipway, on what.
final class VersionCommand implements Command {
    private static final Option FORMAT =
            Option.value("format", 'f', "FORMAT", "\"json\" or a Go template, {{.Version}}");

    /// The one line of `--version`. On the fastest path there is: no option table, no store.
    static int line(Session session) {
        session.out().println("slipway version " + Version.text());
        return Main.OK;
    }

    @Override
    public CommandSpec spec() {
        return new CommandSpec("version", "Show which Slipway this is and what it runs on")
                .usage("[OPTIONS]")
                .options("Options", FORMAT);
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("Version", Version.text());
        facts.put("Java", Runtime.version().toString());
        facts.put("JavaVendor", System.getProperty("java.vendor", ""));
        facts.put("Os", "linux");
        facts.put("Arch", System.getProperty("os.arch", ""));
        facts.put("Kernel", System.getProperty("os.version", ""));
        facts.put("Home", session.home().toString());
        String format = line.text(FORMAT);
        if (format != null) {
            Template.of(format).print(facts, session.out());
            return Main.OK;
        }
        for (Map.Entry<String, Object> fact : facts.entrySet()) {
            String name = fact.getKey() + ":";
            session.out().println(name + " ".repeat(13 - name.length()) + fact.getValue());
        }
        return Main.OK;
    }
}
