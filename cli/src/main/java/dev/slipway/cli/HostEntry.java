package dev.slipway.cli;

import dev.slipway.cli.options.UsageException;

/// The values of `--add-host`: `name:address` or `name=address`; an IPv6 address may stand in
/// brackets.
final class HostEntry {
    private HostEntry() {}

    /// @return the name and the address
    /// @throws UsageException if it is neither form, or the address is none
    static String[] parse(String text) throws UsageException {
        int at = text.indexOf('=');
        if (at < 0) {
            at = text.indexOf(':');
        }
        String name = at < 0 ? "" : text.substring(0, at);
        String address = at < 0 ? "" : text.substring(at + 1);
        if (address.startsWith("[") && address.endsWith("]")) {
            address = address.substring(1, address.length() - 1);
        }
        if (address.equals("host-gateway")) {
            address = "127.0.0.1"; // containers share the host's network
        }
        if (name.isEmpty() || !isAddress(address)) {
            throw new UsageException(
                    "invalid --add-host \"" + text + "\"",
                    "It takes HOST:IP, such as db:10.0.0.5.");
        }
        return new String[] {name, address};
    }

    private static boolean isAddress(String text) {
        if (text.isEmpty()) {
            return false;
        }
        boolean six = text.indexOf(':') >= 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            boolean hex = Character.digit(c, 16) >= 0;
            if (!(six ? hex || c == ':' || c == '.' : digit || c == '.')) {
                return false;
            }
        }
        return true;
    }
}
