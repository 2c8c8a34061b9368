package dev.slipway.cli;

import dev.slipway.cli.output.Human;
import java.util.ArrayList;
import java.util.List;

/// A line of a file with its place above and a caret below.
final class SourceView {
    private SourceView() {}

    /// The view's lines: `Dockerfile:3:6`, the source line, carets under what is meant.
    ///
    /// @param column 1-based; 0 when only the line is known
    /// @param endColumn 1-based, exclusive; 0 for the column alone
    static List<String> of(String file, int line, int column, int endColumn, String source) {
        List<String> view = new ArrayList<>();
        view.add("  --> " + file + ":" + line + (column > 0 ? ":" + column : ""));
        if (source.isBlank()) {
            return view;
        }
        String number = Integer.toString(line);
        view.add("  " + number + " | " + Human.printable(source));
        if (column > 0 && column <= source.length() + 1) {
            int length = Math.clamp(endColumn - column, 1, Math.max(1, source.length() - column + 1));
            String pad = " ".repeat(number.length());
            view.add("  " + pad + " | " + " ".repeat(column - 1) + "^".repeat(length));
        }
        return view;
    }
}
