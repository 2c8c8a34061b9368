package dev.slipway.cli;

import dev.slipway.build.bake.BakeDefinition;
import dev.slipway.build.bake.BakeException;
import dev.slipway.build.bake.BakeGroup;
import dev.slipway.build.bake.BakeTarget;
import dev.slipway.build.bake.BakeVariable;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.output.Table;
import dev.slipway.image.JsonWriter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `slipway bake --list`: what a bake file offers. Names that begin with `_` are its own affair.
final class BakeListing {
    private final String what;
    private final boolean json;
    private final Session session;

    BakeListing(Parsed line, Session session) throws UsageException {
        this.session = session;
        String text = line.text(BakeFlags.LIST);
        if (text == null) {
            what = line.is(BakeFlags.LIST_VARIABLES) ? "variables" : "targets";
            json = false;
            return;
        }
        if (line.is(BakeFlags.PRINT)) {
            throw new UsageException("--print and --list cannot be given together");
        }
        String type = text;
        String format = "table";
        if (text.indexOf('=') >= 0) {
            CommaFields fields = new CommaFields(BakeFlags.LIST, text);
            String given = fields.take("type");
            String form = fields.take("format");
            fields.checkAllTaken();
            type = given == null ? "" : given;
            format = form == null ? "table" : form;
        }
        if (!type.equals("targets") && !type.equals("variables")) {
            throw Parsed.wrongValue(BakeFlags.LIST, text, "targets or variables");
        }
        if (!format.equals("table") && !format.equals("json")) {
            throw Parsed.wrongValue(BakeFlags.LIST, text, "format=table or format=json");
        }
        what = type;
        json = format.equals("json");
    }

    void print(BakeDefinition definition) throws BakeException {
        if (what.equals("targets")) {
            targets(definition);
        } else {
            variables(definition);
        }
    }

    private record Row(String name, String description, boolean group) {}

    private void targets(BakeDefinition definition) throws BakeException {
        Map<String, List<Row>> rows = new TreeMap<>();
        for (BakeTarget target : definition.targets()) {
            rows.computeIfAbsent(target.name(), _ -> new ArrayList<>())
                    .add(new Row(target.name(), target.description(), false));
        }
        for (BakeGroup group : definition.groups()) {
            List<String> members = new ArrayList<>(group.targets());
            members.sort(null);
            String listed = String.join(", ", members);
            String description =
                    group.description().isEmpty()
                            ? listed
                            : group.description() + (listed.isEmpty() ? "" : " (" + listed + ")");
            rows.computeIfAbsent(group.name(), _ -> new ArrayList<>())
                    .add(new Row(group.name(), description, true));
        }
        List<Row> shown = new ArrayList<>();
        for (List<Row> named : rows.values()) {
            for (Row row : named) {
                if (!row.name().startsWith("_")) {
                    shown.add(row);
                }
            }
        }
        if (json) {
            JsonWriter writer = JsonWriter.indented(2).beginArray();
            for (Row row : shown) {
                writer.beginObject().member("name", row.name());
                writer.memberUnlessEmpty("description", row.description());
                if (row.group()) {
                    writer.member("group", true);
                }
                writer.endObject();
            }
            session.out().println(writer.endArray());
            return;
        }
        Table table = new Table("TARGET", "DESCRIPTION");
        for (Row row : shown) {
            table.row(row.name(), row.description());
        }
        table.print(session.out());
    }

    private void variables(BakeDefinition definition) {
        Map<String, BakeVariable> sorted = new TreeMap<>();
        for (BakeVariable variable : definition.variables()) {
            sorted.put(variable.name(), variable);
        }
        if (json) {
            JsonWriter writer = JsonWriter.indented(2).beginArray();
            for (BakeVariable variable : sorted.values()) {
                writer.beginObject().member("name", variable.name());
                writer.memberUnlessEmpty("description", variable.description());
                writer.member("type", variable.type());
                String value = variable.value();
                if (value != null) {
                    writer.member("value", value);
                }
                writer.endObject();
            }
            session.out().println(writer.endArray());
            return;
        }
        Table table = new Table("VARIABLE", "TYPE", "VALUE", "DESCRIPTION");
        for (BakeVariable variable : sorted.values()) {
            String value = variable.value();
            table.row(
                    variable.name(),
                    variable.type(),
                    value == null ? "<null>" : value,
                    variable.description());
        }
        table.print(session.out());
    }
}
