"""Which cells of a notebook others build on: enough to run a few of them without the rest."""

import dis
import symtable


def names(source):
    """Return the names that the Python of a cell binds, and those that it takes from before it."""
    top = symtable.symtable(source, "cell", "exec")
    bound = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}
    # In its functions a name that the cell binds is taken for its own.
    taken = set().union(*map(_globals, top.get_children())) - bound
    stored = set()
    for step in dis.get_instructions(compile(source, "cell", "exec")):
        if step.opname == "STORE_NAME":
            stored.add(step.argval)
        elif step.opname == "LOAD_NAME" and step.argval not in stored:
            taken.add(step.argval)
    return bound, taken


def _globals(table):
    own = {s.get_name() for s in table.get_symbols() if s.is_referenced() and s.is_global()}
    return own.union(*map(_globals, table.get_children()))


def with_what_they_build_on(cells, chosen, *, uses=frozenset()):
    """Return the code cells that `chosen` picks and the nearest before them that bind a name
    which these use.

    `uses` holds names that are needed besides. A cell that only changes an object in place, as a
    training does, is not found.
    """
    kept, wanted = [], set(uses)
    for cell in reversed(cells):
        bound, taken = names(cell.source)
        if chosen(cell) or bound & wanted:
            kept.append(cell)
            wanted = wanted - bound | taken
    return kept[::-1]
