package dev.slipway.cli.output;

import dev.slipway.cli.options.UsageException;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Prints rows as docker's lists do: `json`, a template for each, `table TEMPLATE`, or the standard
/// table.
public final class Listing {
    private final Map<String, String> headers;
    private final String standard;

    /// @param headers heading by field name, for tables
    /// @param standard the template of the standard table, without `table`
    public Listing(Map<String, String> headers, String standard) {
        this.headers = headers;
        this.standard = standard;
    }

    /// Prints the rows.
    ///
    /// @param format what the user asked for; empty or `table` for the standard table
    public void print(List<Map<String, Object>> rows, String format, PrintStream out)
            throws UsageException {
        if (format.isEmpty() || format.equals("table")) {
            table(rows, standard, out);
        } else if (format.startsWith("table ")) {
            table(rows, Template.unescape(format.substring(6)), out);
        } else {
            Template template = Template.of(Template.unescape(format));
            for (Map<String, Object> row : rows) {
                template.print(row, out);
            }
        }
    }

    private void table(List<Map<String, Object>> rows, String text, PrintStream out)
            throws UsageException {
        Template template = Template.of(text);
        Table table = new Table();
        Map<String, Object> heading = new LinkedHashMap<>(headers);
        table.tabbed(template.text(heading));
        for (Map<String, Object> row : rows) {
            table.tabbed(template.text(row));
        }
        table.print(out);
    }
}
