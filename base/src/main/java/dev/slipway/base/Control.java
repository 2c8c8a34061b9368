package dev.slipway.base;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Objects;

/// One stanza of Debian's control format (policy 5.1): fields in the order they were written. Field
/// names are matched without regard to case.
final class Control {
    /// A value keeps its line breaks; the first line is stripped, a continuation keeps its indent.
    record Field(String name, String value, int line) {}

    private final List<Field> fields;

    private Control(List<Field> fields) {
        this.fields = fields;
    }

    List<Field> fields() {
        return fields;
    }

    @Nullable String value(String name) {
        var field = field(name);
        return field == null ? null : field.value();
    }

    @Nullable Field field(String name) {
        for (var field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                return field;
            }
        }
        return null;
    }

    String required(String name) throws ArchiveException {
        var value = value(name);
        if (value == null || value.isBlank()) {
            throw new ArchiveException("the field '" + name + "' is missing");
        }
        return value;
    }

    boolean isYes(String name) {
        var value = value(name);
        return value != null && value.strip().toLowerCase(Locale.ROOT).equals("yes");
    }

    /// Reads exactly one stanza.
    static Control parseOne(String text) throws ArchiveException {
        var stanzas = new Stanzas(text, false);
        if (!stanzas.hasNext()) {
            throw new ArchiveException("an empty control file");
        }
        return stanzas.parse();
    }

    /// Reads all stanzas; lines that start with `#` are comments (deb822 sources).
    static List<Control> parseAll(String text, boolean comments) throws ArchiveException {
        var stanzas = new Stanzas(text, comments);
        var result = new ArrayList<Control>();
        while (stanzas.hasNext()) {
            result.add(stanzas.parse());
        }
        return result;
    }

    /// Cuts lines off a text, stanza by stanza.
    private static final class Stanzas {
        private static final int MAX_FIELDS = 1000;

        private final Iterator<String> lines;
        private final boolean comments;
        private int number;
        private @Nullable String pending;

        Stanzas(String text, boolean comments) {
            this.lines = text.lines().iterator();
            this.comments = comments;
        }

        boolean hasNext() {
            while (pending == null && lines.hasNext()) {
                var line = nextLine();
                pending = line.isBlank() || isComment(line) ? null : line;
            }
            return pending != null;
        }

        Control parse() throws ArchiveException {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            var fields = new ArrayList<Field>();
            var name = "";
            var value = new StringBuilder();
            int start = number;
            String line = Objects.requireNonNull(pending);
            pending = null;
            while (!line.isBlank()) {
                if (isComment(line)) {
                    // not part of the value, which goes on behind it
                } else if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
                    if (name.isEmpty()) {
                        throw new ArchiveException("line " + number + ": continues no field");
                    }
                    value.append('\n').append(line);
                } else {
                    add(fields, name, value, start);
                    int colon = line.indexOf(':');
                    if (colon <= 0) {
                        throw new ArchiveException("line " + number + ": no 'Field: value'");
                    }
                    name = line.substring(0, colon);
                    value = new StringBuilder(line.substring(colon + 1).strip());
                    start = number;
                }
                if (!lines.hasNext()) {
                    break;
                }
                line = nextLine();
            }
            add(fields, name, value, start);
            return new Control(List.copyOf(fields));
        }

        private void add(List<Field> fields, String name, StringBuilder value, int line)
                throws ArchiveException {
            if (name.isEmpty()) {
                return;
            }
            if (fields.size() >= MAX_FIELDS) {
                throw new ArchiveException("line " + number + ": too many fields");
            }
            fields.add(new Field(name, value.toString(), line));
        }

        private boolean isComment(String line) {
            return comments && line.startsWith("#");
        }

        private String nextLine() {
            number++;
            return lines.next();
        }
    }
}
