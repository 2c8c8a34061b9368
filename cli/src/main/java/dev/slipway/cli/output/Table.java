package dev.slipway.cli.output;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Columns as wide as their widest cell, at least ten, three spaces apart; the last is not padded.
public final class Table {
    private static final int LEAST_WIDTH = 10;
    private static final int GAP = 3;

    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... header) {
        rows.add(List.of(header));
    }

    /// A table whose rows come from text with tabs.
    public Table() {}

    public void row(String... cells) {
        rows.add(clean(cells));
    }

    /// A row given as cells separated by tabs.
    public void tabbed(String line) {
        rows.add(clean(line.split("\t", -1)));
    }

    /// Cells hold what strangers wrote into images: nothing in them may steer the terminal.
    private static List<String> clean(String... cells) {
        List<String> row = new ArrayList<>();
        for (String cell : cells) {
            row.add(Human.printable(cell));
        }
        return row;
    }

    public void print(PrintStream out) {
        List<Integer> widths = widths();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String cell = row.get(i);
                line.append(cell);
                if (i < row.size() - 1) {
                    int width = widths.get(i);
                    line.repeat(' ', width - cell.codePointCount(0, cell.length()));
                }
            }
            out.println(line);
        }
    }

    private List<Integer> widths() {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                String cell = row.get(i);
                int width = Math.max(LEAST_WIDTH, cell.codePointCount(0, cell.length()) + GAP);
                if (i == widths.size()) {
                    widths.add(width);
                } else if (width > widths.get(i)) {
                    widths.set(i, width);
                }
            }
        }
        return widths;
    }
}
