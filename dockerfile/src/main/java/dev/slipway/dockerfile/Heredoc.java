package dev.slipway.dockerfile;

/// A here-document: lines that follow an instruction, up to one that holds just the name.
///
/// @param name the terminator, quotes removed
/// @param fileDescriptor the number before `<<`; 0 if there is none
/// @param content the lines as written, each with its line end; see [#text]
/// @param expand whether variables in it are expanded: no part of the name was quoted
/// @param stripTabs written `<<-`: tabs at the start of lines do not count
/// @param marker where `<<NAME` is written, in the instruction
/// @param contentRange where the content is written
/// @param range the content and the terminator line
public record Heredoc(
        String name,
        int fileDescriptor,
        String content,
        boolean expand,
        boolean stripTabs,
        Range marker,
        Range contentRange,
        Range range) {

    /// Returns the content as a file or the shell gets it: for `<<-`, without the tabs that lines
    /// start with.
    public String text() {
        return stripTabs ? Heredocs.withoutLeadingTabs(content) : content;
    }
}
