package dev.slipway.container;

/// How much a container may use. What the machine's cgroups cannot enforce becomes a warning.
///
/// @param memoryBytes 0: no limit
/// @param memorySwapBytes memory and swap together; 0: the kernel's default, -1: no limit
/// @param cpuQuotaMicros CPU time for each period, 0: no limit
/// @param cpuPeriodMicros 0: the kernel's 100 000
/// @param cpuShares relative weight, 0: the default 1024
/// @param cpusetCpus such as `0-1`, empty: all
/// @param cpusetMems such as `0`, empty: all
/// @param pidsLimit how many processes and threads; 0: no limit
public record Resources(
        long memoryBytes,
        long memorySwapBytes,
        long cpuQuotaMicros,
        long cpuPeriodMicros,
        long cpuShares,
        String cpusetCpus,
        String cpusetMems,
        long pidsLimit) {
    /// No limit at all.
    public static final Resources UNLIMITED = new Resources(0, 0, 0, 0, 0, "", "", 0);

    /// Whether nothing is limited.
    boolean isUnlimited() {
        return (memoryBytes | memorySwapBytes | pidsLimit) == 0
                && (cpuQuotaMicros | cpuPeriodMicros | cpuShares) == 0
                && cpusetCpus.isEmpty()
                && cpusetMems.isEmpty();
    }
}
