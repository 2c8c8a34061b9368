/// The registry client: OCI distribution-spec 1.1.
///
/// Start at [Registries]: it finds the registries that stand for a name (mirrors included), who we
/// are to them, and moves images between them and the store ([Pull], [Push], [Copy]).
///
/// What holds everywhere: nothing is committed to the store, or named in a registry, before its
/// digest and size are verified; what broke off goes on where it stopped; bodies are bounded; no
/// `Authorization` leaves for another host than the one it is for.
@NullMarked
package dev.slipway.distribution;

import org.jspecify.annotations.NullMarked;
