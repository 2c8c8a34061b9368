/// Printing results: tables, JSON, `--format` templates, sizes and ages as docker words them.
///
/// A result is a tree of `Map`, `List`, `String`, `Number`, `Boolean` and null. A `SortedMap` is a
/// dictionary (labels), any other map a record whose fields are known.
@NullMarked
package dev.slipway.cli.output;

import org.jspecify.annotations.NullMarked;
