package dev.slipway.build.record;

/// How a build stands or ended.
public enum BuildStatus {
    /// Its process is alive and has not ended the record.
    RUNNING,
    /// It did what it was asked for.
    COMPLETED,
    /// It failed; the record says why.
    FAILED,
    /// Somebody stopped it.
    CANCELED,
    /// Its process died before it could say how it ended.
    DIED;

    /// The word shown in lists and taken by filters.
    public String word() {
        return switch (this) {
            case RUNNING -> "running";
            case COMPLETED -> "completed";
            case FAILED -> "failed";
            case CANCELED -> "canceled";
            case DIED -> "died";
        };
    }
}
