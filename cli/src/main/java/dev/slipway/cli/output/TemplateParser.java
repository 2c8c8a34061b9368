package dev.slipway.cli.output;

import dev.slipway.cli.options.UsageException;

import java.util.ArrayList;
import java.util.List;

/// Template text to nodes.
final class TemplateParser {
    private static final int MOST_DEPTH = 64;

    private final String text;
    private int at;
    private List<String> words = List.of();
    private int word;
    private int depth;
    private boolean trimNext;

    TemplateParser(String text) {
        this.text = text;
    }

    List<Template.Node> parse() throws UsageException {
        List<Template.Node> nodes = new ArrayList<>();
        String end = nodes(nodes);
        if (!end.isEmpty()) {
            throw TemplateFunctions.wrong("unexpected {{" + end + "}}");
        }
        return nodes;
    }

    /// Reads up to the end or an `end` or `else`, which it returns.
    private String nodes(List<Template.Node> into) throws UsageException {
        if (++depth > MOST_DEPTH) {
            throw TemplateFunctions.wrong("nested too deeply");
        }
        while (at < text.length()) {
            int open = text.indexOf("{{", at);
            if (open < 0) {
                addText(into, text.substring(at), false);
                at = text.length();
                break;
            }
            boolean trim = text.startsWith("{{- ", open);
            addText(into, text.substring(at, open), trim);
            readAction(open + (trim ? 3 : 2));
            if (words.isEmpty()) {
                continue;
            }
            String first = words.getFirst();
            if (first.equals("end") || first.equals("else")) {
                depth--;
                return first;
            }
            into.add(node(first));
        }
        depth--;
        return "";
    }

    private void addText(List<Template.Node> into, String piece, boolean trimEnd) {
        String kept = trimNext ? piece.stripLeading() : piece;
        kept = trimEnd ? kept.stripTrailing() : kept;
        trimNext = false;
        if (!kept.isEmpty()) {
            into.add(new Template.Node.Text(kept));
        }
    }

    private Template.Node node(String first) throws UsageException {
        if (!first.equals("if") && !first.equals("range") && !first.equals("with")) {
            word = 0;
            return new Template.Node.Output(wholePipeline());
        }
        word = 1;
        Template.Pipeline pipeline = wholePipeline();
        List<Template.Node> body = new ArrayList<>();
        List<Template.Node> otherwise = new ArrayList<>();
        String end = nodes(body);
        if (end.equals("else") && words.size() > 1) {
            words = words.subList(1, words.size());
            otherwise.add(node(words.getFirst()));
            return new Template.Node.Block(first, pipeline, body, otherwise);
        }
        if (end.equals("else")) {
            end = nodes(otherwise);
        }
        if (!end.equals("end")) {
            throw TemplateFunctions.wrong("{{" + first + "}} without {{end}}");
        }
        return new Template.Node.Block(first, pipeline, body, otherwise);
    }

    private Template.Pipeline wholePipeline() throws UsageException {
        Template.Pipeline pipeline = pipeline();
        if (word < words.size()) {
            throw TemplateFunctions.wrong("unexpected \"" + words.get(word) + "\"");
        }
        return pipeline;
    }

    private Template.Pipeline pipeline() throws UsageException {
        List<String> variables = new ArrayList<>();
        int assign = words.subList(word, words.size()).indexOf(":=");
        if (assign > 0 && words.get(word).startsWith("$")) {
            for (String name : words.subList(word, word + assign)) {
                if (!name.equals(",")) {
                    variables.add(name.substring(1));
                }
            }
            word += assign + 1;
        }
        List<List<Template.Operand>> commands = new ArrayList<>();
        List<Template.Operand> command = new ArrayList<>();
        while (word < words.size() && !words.get(word).equals(")")) {
            String next = words.get(word++);
            if (next.equals("|")) {
                commands.add(command);
                command = new ArrayList<>();
            } else {
                command.add(operand(next));
            }
        }
        commands.add(command);
        for (List<Template.Operand> each : commands) {
            if (each.isEmpty()) {
                throw TemplateFunctions.wrong("missing value");
            }
        }
        return new Template.Pipeline(variables, commands);
    }

    private Template.Operand operand(String token) throws UsageException {
        char first = token.charAt(0);
        if (token.equals("(")) {
            return nested();
        }
        if (first == '.') {
            return new Template.Operand.Field(path(token.substring(1)));
        }
        if (first == '$') {
            int dot = token.indexOf('.');
            String name = dot < 0 ? token.substring(1) : token.substring(1, dot);
            List<String> path = dot < 0 ? List.of() : path(token.substring(dot + 1));
            return new Template.Operand.Variable(name, path);
        }
        if (first == '"' || first == '`') {
            return new Template.Operand.Literal(token.substring(1));
        }
        if (first == '-' || (first >= '0' && first <= '9')) {
            try {
                return new Template.Operand.Literal(Long.valueOf(token));
            } catch (NumberFormatException _) {
                throw TemplateFunctions.wrong("not a number: " + token);
            }
        }
        return switch (token) {
            case "true" -> new Template.Operand.Literal(true);
            case "false" -> new Template.Operand.Literal(false);
            case "nil" -> new Template.Operand.Literal(null);
            default -> new Template.Operand.Function(token);
        };
    }

    private Template.Operand nested() throws UsageException {
        if (++depth > MOST_DEPTH) {
            throw TemplateFunctions.wrong("nested too deeply");
        }
        Template.Pipeline inner = pipeline();
        depth--;
        if (word >= words.size()) {
            throw TemplateFunctions.wrong("unclosed parenthesis");
        }
        word++;
        List<String> path = List.of();
        if (word < words.size()
                && words.get(word).length() > 1
                && words.get(word).startsWith(".")) {
            path = path(words.get(word++).substring(1));
        }
        return new Template.Operand.Nested(inner, path);
    }

    private static List<String> path(String dotted) throws UsageException {
        List<String> names = new ArrayList<>();
        if (dotted.isEmpty()) {
            return names;
        }
        for (String name : dotted.split("\\.", -1)) {
            if (name.isEmpty()) {
                throw TemplateFunctions.wrong("bad field ." + dotted);
            }
            names.add(name);
        }
        return names;
    }

    /// Splits an action into words; a quoted text keeps its opening quote as a mark, unescaped.
    private void readAction(int start) throws UsageException {
        words = new ArrayList<>();
        int i = start;
        while (true) {
            if (i >= text.length()) {
                throw TemplateFunctions.wrong("unclosed action");
            }
            if (text.startsWith("/*", i)) {
                int close = text.indexOf("*/", i);
                i = close < 0 ? text.length() : close + 2;
                continue;
            }
            if (text.startsWith("-}}", i) || text.startsWith("}}", i)) {
                trimNext = text.charAt(i) == '-';
                at = i + (trimNext ? 3 : 2);
                return;
            }
            char c = text.charAt(i);
            if (Character.isWhitespace(c)) {
                i++;
            } else if (c == '"') {
                i = quoted(i);
            } else if (c == '`') {
                int close = text.indexOf('`', i + 1);
                if (close < 0) {
                    throw TemplateFunctions.wrong("unclosed text");
                }
                words.add(text.substring(i, close));
                i = close + 1;
            } else if (c == '(' || c == ')' || c == '|' || c == ',') {
                words.add(String.valueOf(c));
                i++;
            } else {
                int end = i;
                while (end < text.length() && isPlain(text, end)) {
                    end++;
                }
                words.add(text.substring(i, Math.max(end, i + 1)));
                i = Math.max(end, i + 1);
            }
        }
    }

    private static boolean isPlain(String text, int at) {
        char c = text.charAt(at);
        return !Character.isWhitespace(c) && "()|,\"`".indexOf(c) < 0 && !text.startsWith("}}", at);
    }

    private int quoted(int start) throws UsageException {
        StringBuilder value = new StringBuilder("\"");
        int i = start + 1;
        while (i < text.length() && text.charAt(i) != '"') {
            char c = text.charAt(i++);
            if (c == '\\' && i < text.length()) {
                char escaped = text.charAt(i++);
                value.append(
                        switch (escaped) {
                            case 'n' -> '\n';
                            case 't' -> '\t';
                            default -> escaped;
                        });
            } else {
                value.append(c);
            }
        }
        if (i >= text.length()) {
            throw TemplateFunctions.wrong("unclosed text");
        }
        words.add(value.toString());
        return i + 1;
    }
}
