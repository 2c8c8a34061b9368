package dev.slipway.build;

/// To whom copied files belong. Ids are unsigned, though held in ints.
record Owner(int uid, int gid) {
    static final Owner ROOT = new Owner(0, 0);
}
