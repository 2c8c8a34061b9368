/// The table of options every command is described by: parsing, help, reference pages and shell
/// completion are all readers of it, so none can drift from the others.
@NullMarked
package dev.slipway.cli.options;

import org.jspecify.annotations.NullMarked;
