package dev.slipway.base;

import dev.slipway.base.VerificationException.Reason;

/// A message in OpenPGP's cleartext signature framework (RFC 9580, 7), taken apart strictly: apt's
/// and others' history shows that what stands before, between or behind the parts is where unsigned
/// text gets in.
///
/// @param text what was signed, dash escapes removed
/// @param canonical the same as it is hashed: no trailing blanks, CRLF between the lines
/// @param armoredSignature the signature block
record ClearSigned(String text, String canonical, String armoredSignature) {
    private static final String HEADER = "-----BEGIN PGP SIGNED MESSAGE-----";
    private static final String SIGNATURE = "-----BEGIN PGP SIGNATURE-----";
    private static final String END = "-----END PGP SIGNATURE-----";

    static ClearSigned parse(String message, String what) throws VerificationException {
        var lines = message.lines().map(ClearSigned::withoutTrailingBlanks).toList();
        int at = 0;
        if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
            throw malformed(what, "it does not start with a signed message");
        }
        at++;
        while (at < lines.size() && !lines.get(at).isEmpty()) {
            if (!lines.get(at).startsWith("Hash: ")) {
                throw malformed(what, "a header that is not 'Hash:'");
            }
            at++;
        }
        at++;
        var text = new StringBuilder();
        var canonical = new StringBuilder();
        for (; at < lines.size() && !lines.get(at).equals(SIGNATURE); at++) {
            var line = lines.get(at);
            if (line.startsWith("- ")) {
                line = line.substring(2);
            } else if (line.startsWith("-")) {
                throw malformed(what, "a line starts with '-' that is not escaped");
            }
            canonical.append(canonical.isEmpty() && text.isEmpty() ? "" : "\r\n").append(line);
            text.append(line).append('\n');
        }
        var signature = new StringBuilder();
        boolean ended = false;
        for (; at < lines.size(); at++) {
            var line = lines.get(at);
            if (ended && !line.isEmpty()) {
                throw malformed(what, "text behind the signature");
            }
            signature.append(line).append('\n');
            ended |= line.equals(END);
        }
        if (!ended) {
            throw malformed(what, "no signature, or one cut short");
        }
        return new ClearSigned(text.toString(), canonical.toString(), signature.toString());
    }

    private static VerificationException malformed(String what, String why) {
        return new VerificationException(
                Reason.UNSIGNED, what + " is not a well-formed signed release: " + why);
    }

    private static String withoutTrailingBlanks(String line) {
        int end = line.length();
        while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
            end--;
        }
        return line.substring(0, end);
    }
}
