package dev.slipway.linux;

/// What the kernel tells of a file.
///
/// @param mode permission, set-id and sticky bits: the low twelve
/// @param size bytes; of a symbolic link, the length of its target
/// @param device the file system, as one number that is unique while it is mounted
/// @param links how many names it has
/// @param rdevMajor of a device node, what it stands for; else 0
/// @param rdevMinor of a device node, what it stands for; else 0
/// @param blocks 512-byte blocks allocated
public record FileStat(
        FileType type,
        int mode,
        int uid,
        int gid,
        long size,
        Timespec mtime,
        Timespec ctime,
        long device,
        long inode,
        int links,
        int rdevMajor,
        int rdevMinor,
        long blocks) {}
