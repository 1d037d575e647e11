"""Which cells of a notebook others build on: enough to run a few of them without the rest."""

import symtable


def names(source):
    """Return the names that the Python of a cell binds, and those that it uses."""
    top = symtable.symtable(source, "cell", "exec")
    bound = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}
    return bound, _used(top)


def _used(table):
    outermost = table.get_type() == "module"
    symbols = (s for s in table.get_symbols() if s.is_referenced() and (outermost or s.is_global()))
    return {s.get_name() for s in symbols}.union(*map(_used, table.get_children()))


def with_what_they_build_on(cells, chosen, *, uses=frozenset()):
    """Return the code cells that `chosen` picks and those that bind a name which these use.

    `uses` holds names that are needed besides. A cell that only changes an object in place, as a
    training does, is not found.
    """
    kept, wanted = [], set(uses)
    for cell in reversed(cells):
        bound, used = names(cell.source)
        if chosen(cell) or bound & wanted:
            kept.append(cell)
            wanted |= used
    return kept[::-1]
