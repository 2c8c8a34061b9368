package dev.slipway.build.bake;

/// Where in a bake file something stands.
///
/// @param line 1-based
/// @param column 1-based, in characters
/// @param width how many characters it spans on that line, at least 1
/// @param text the line itself
public record BakePlace(String file, int line, int column, int width, String text) {
    /// `docker-bake.hcl:3:7`.
    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }

    /// What to print below the line to point at the place.
    public String pointer() {
        var pointer = new StringBuilder();
        for (int i = 0; i < Math.min(column - 1, text.length()); i++) {
            pointer.append(text.charAt(i) == '\t' ? '\t' : ' ');
        }
        return pointer.append("^".repeat(width)).toString();
    }
}
