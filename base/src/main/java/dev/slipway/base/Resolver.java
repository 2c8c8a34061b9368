package dev.slipway.base;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Chooses packages that satisfy everything asked for, without conflicts.
///
/// A depth-first search with conflict-directed backjumping. Needs form an agenda; a need that a
/// chosen package satisfies costs nothing, each other need is a decision among candidates in a
/// fixed order (alternatives as written, the package before its providers, newest version first,
/// providers by priority and name). When none is left, the decisions to blame are those that
/// brought in the need and those that brought in what the candidates conflict with: the search
/// returns to the newest of them. It is complete, and the same input gives the same choice.
final class Resolver {
    private static final int MAX_DECISIONS = 200_000;

    /// Somebody needs one of these; `by` is null for what was asked for. `level` is the decision
    /// that chose `by`, -1 if none did.
    private record Need(List<Relation> group, @Nullable DebPackage by, int level) {}

    private record Chosen(DebPackage candidate, @Nullable DebPackage by, int level) {}

    private record Conflict(DebPackage candidate, DebPackage rival) {}

    /// A decision: the need it serves, what was not tried yet, and the state to go back to.
    private record Decision(
            int agendaIndex,
            ArrayDeque<DebPackage> untried,
            BitSet blame,
            int agendaSize,
            List<String> chosenBefore) {}

    private final PackageIndex index;
    private final Set<String> assumed;
    private final List<Need> agenda = new ArrayList<>();
    private final Map<String, Chosen> chosen = new LinkedHashMap<>();
    private final List<Decision> decisions = new ArrayList<>();
    private @Nullable ResolutionException firstFailure;

    private Resolver(PackageIndex index, Collection<String> assumed) {
        this.index = index;
        this.assumed = Set.copyOf(assumed);
    }

    /// Chooses the packages for what is wanted.
    ///
    /// @param wanted packages asked for, as relations (`tcc`, `libc6 (>= 2.36)`)
    /// @param assumed names taken as satisfied although nothing is installed for them
    /// @return the chosen packages, sorted by name
    static List<DebPackage> resolve(
            PackageIndex index, List<Relation> wanted, Collection<String> assumed)
            throws ResolutionException, ArchiveException {
        var resolver = new Resolver(index, assumed);
        for (var relation : wanted) {
            resolver.agenda.add(new Need(List.of(relation), null, -1));
        }
        resolver.search();
        return resolver.chosen.values().stream()
                .map(Chosen::candidate)
                .sorted(Comparator.comparing(DebPackage::name))
                .toList();
    }

    /// The newest version of one package, whatever it needs.
    static DebPackage newest(PackageIndex index, String name)
            throws ResolutionException, ArchiveException {
        var versions = index.versions(name);
        if (versions.isEmpty()) {
            var resolver = new Resolver(index, List.of());
            resolver.remember(new Need(List.of(Relation.anyVersionOf(name)), null, -1), null);
            throw resolver.failure();
        }
        return versions.getFirst();
    }

    private void search() throws ResolutionException, ArchiveException {
        int at = 0;
        int steps = 0;
        while (at < agenda.size()) {
            if (isSatisfied(agenda.get(at))) {
                at++;
                continue;
            }
            decisions.add(
                    new Decision(
                            at,
                            candidates(agenda.get(at).group()),
                            new BitSet(),
                            agenda.size(),
                            List.copyOf(chosen.keySet())));
            while (!choose(decisions.getLast())) {
                backjump();
                if (++steps > MAX_DECISIONS) {
                    throw failure();
                }
            }
            at = decisions.getLast().agendaIndex() + 1;
        }
    }

    private ResolutionException failure() {
        return firstFailure == null
                ? new ResolutionException("the search took too long", List.of(), null)
                : firstFailure;
    }

    private boolean isSatisfied(Need need) {
        for (var relation : need.group()) {
            if (need.by() != null && assumed.contains(relation.name())) {
                return true;
            }
            var same = chosen.get(relation.name());
            if (same != null && same.candidate().satisfies(relation)) {
                return true;
            }
            for (var provider : index.providersOf(relation.name())) {
                var other = chosen.get(provider);
                if (other != null && other.candidate().satisfies(relation)) {
                    return true;
                }
            }
        }
        return false;
    }

    private ArrayDeque<DebPackage> candidates(List<Relation> group) throws ArchiveException {
        var candidates = new LinkedHashSet<DebPackage>();
        for (var relation : group) {
            for (var each : index.versions(relation.name())) {
                if (each.satisfies(relation)) {
                    candidates.add(each);
                }
            }
            var providers = new ArrayList<DebPackage>();
            for (var name : index.providersOf(relation.name())) {
                for (var each : index.versions(name)) {
                    if (each.satisfies(relation)) {
                        providers.add(each);
                    }
                }
            }
            // sorted() is stable: versions of one package stay newest first
            providers.stream()
                    .sorted(Comparator.comparingInt(p -> rank(p.priority())))
                    .forEach(candidates::add);
        }
        return new ArrayDeque<>(candidates);
    }

    private static int rank(String priority) {
        return switch (priority) {
            case "required" -> 0;
            case "important" -> 1;
            case "standard" -> 2;
            case "optional" -> 3;
            default -> 4;
        };
    }

    /// Takes the first untried candidate that conflicts with nothing chosen.
    private boolean choose(Decision decision) {
        int level = decisions.size() - 1;
        var need = agenda.get(decision.agendaIndex());
        Conflict conflict = null;
        for (var next = decision.untried().poll(); next != null; next = decision.untried().poll()) {
            var rival = rivalOf(next);
            if (rival == null) {
                chosen.put(next.name(), new Chosen(next, need.by(), level));
                for (var group : next.needs()) {
                    agenda.add(new Need(group, next, level));
                }
                return true;
            }
            if (rival.level() >= 0) {
                decision.blame().set(rival.level());
            }
            conflict = new Conflict(next, rival.candidate());
        }
        if (need.level() >= 0) {
            decision.blame().set(need.level());
        }
        remember(need, conflict);
        return false;
    }

    private @Nullable Chosen rivalOf(DebPackage candidate) {
        for (var each : chosen.values()) {
            if (each.candidate().conflictsWith(candidate)) {
                return each;
            }
        }
        return null;
    }

    /// Returns to the newest decision that can have caused the failure of the last one.
    private void backjump() throws ResolutionException {
        var failed = decisions.removeLast();
        int to = failed.blame().length() - 1;
        if (to < 0) {
            throw failure();
        }
        while (decisions.size() > to + 1) {
            decisions.removeLast();
        }
        var target = decisions.getLast();
        var blame = (BitSet) failed.blame().clone();
        blame.clear(to);
        target.blame().or(blame);
        while (agenda.size() > target.agendaSize()) {
            agenda.removeLast();
        }
        chosen.keySet().retainAll(Set.copyOf(target.chosenBefore()));
    }

    /// The first dead end explains best: all later ones are attempts to get around it.
    private void remember(Need need, @Nullable Conflict conflict) {
        if (firstFailure != null) {
            return;
        }
        var path = chain(need);
        if (conflict == null) {
            var chain = path.isEmpty() ? "" : "\n  " + String.join(" → ", path);
            path.add(describe(need.group()));
            firstFailure =
                    new ResolutionException(
                            why(need) + (chain.isEmpty() ? "" : chain + " → " + path.getLast()),
                            path,
                            suggestion(need.group()));
            return;
        }
        path.add(conflict.candidate().toString());
        firstFailure =
                new ResolutionException(
                        conflict.candidate()
                                + " cannot be installed together with "
                                + conflict.rival()
                                + "\n  "
                                + String.join(" → ", path)
                                + "\n  "
                                + String.join(" → ", chain(conflict.rival())),
                        path,
                        null);
    }

    private String why(Need need) {
        var wanted = describe(need.group());
        var offered = new ArrayList<String>();
        for (var relation : need.group()) {
            try {
                index.versions(relation.name()).forEach(v -> offered.add(v.toString()));
            } catch (ArchiveException e) {
                offered.add(
                        relation.name() + " (its entry cannot be read: " + e.getMessage() + ")");
            }
        }
        var by = need.by();
        return (by == null ? wanted : by.name() + " needs " + wanted)
                + (offered.isEmpty()
                        ? ": there is no such package"
                        : ": the sources offer only " + String.join(", ", offered));
    }

    private List<String> chain(Need need) {
        return need.by() == null ? new ArrayList<>() : chain(need.by());
    }

    private List<String> chain(DebPackage last) {
        var chain = new ArrayDeque<String>();
        for (var by = last; by != null; ) {
            chain.addFirst(by.toString());
            var link = chosen.get(by.name());
            by = link == null || chain.size() > 100 ? null : link.by();
        }
        return new ArrayList<>(chain);
    }

    private static String describe(List<Relation> group) {
        return String.join(" | ", group.stream().map(Relation::toString).toList());
    }

    private @Nullable String suggestion(List<Relation> group) {
        var name = group.getFirst().name();
        if (index.size() == 0) {
            return "the sources offer no packages at all for this architecture";
        }
        var near = new TreeSet<String>();
        int best = Math.max(1, name.length() / 3);
        for (var other : index.names()) {
            int distance = EditDistance.between(name, other, best);
            if (distance > 0 && distance <= best) {
                if (distance < best) {
                    near.clear();
                }
                best = distance;
                near.add(other);
            }
        }
        return near.isEmpty()
                ? null
                : "did you mean " + String.join(" or ", near.stream().limit(3).toList()) + "?";
    }
}
