package dev.slipway.linux;

/// One name in a directory and its stat, links not followed.
public record DirStat(RawPath name, FileStat stat) {}
