package dev.slipway.dockerfile;

import java.util.List;

/// Prints a tree in the form of the parser vectors: one s-expression per instruction.
final class SexpDump {
    private final StringBuilder out = new StringBuilder();

    private SexpDump() {}

    static String of(Dockerfile file) {
        SexpDump dump = new SexpDump();
        for (Instruction instruction : file.instructions()) {
            dump.instruction(instruction);
            dump.out.append('\n');
        }
        return dump.out.toString();
    }

    private void instruction(Instruction instruction) {
        InstructionSource source = instruction.source();
        out.append('(').append(source.keyword().text().toLowerCase(java.util.Locale.ROOT));
        if (!source.flags().isEmpty()) {
            out.append(" [");
            String separator = "";
            for (Flag flag : source.flags()) {
                out.append(separator);
                quote(flag.text());
                separator = " ";
            }
            out.append(']');
        }
        switch (instruction) {
            case OnBuild onBuild -> {
                out.append(' ');
                instruction(onBuild.trigger());
            }
            case Env env -> pairs(env.variables());
            case Label label -> pairs(label.labels());
            default -> source.arguments().forEach(word -> argument(word.text()));
        }
        out.append(')');
    }

    private void pairs(List<KeyValue> pairs) {
        for (KeyValue pair : pairs) {
            argument(pair.key());
            argument(pair.value());
            argument(pair.legacy() ? "" : "=");
        }
    }

    private void argument(String text) {
        out.append(' ');
        quote(text);
    }

    // As Go's %q prints what the vectors hold.
    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case 0 -> out.append("\\x00");
                default -> out.append(c);
            }
        }
        out.append('"');
    }
}
