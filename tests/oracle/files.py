"""Random conditions as operators would write them, to be read by the product from the start."""

from collections.abc import Mapping, Sequence

from monitor.rules.conditions import Condition, show
from monitor.rules.linking import link
from monitor.rules.parsing import parse
from tests.oracle.reading import Names
from tests.oracle.writing import ENTITIES, FRAGMENTS


def rule_files(conditions: Mapping[str, Condition]) -> dict[str, str]:
    """Path → text: the entities and fragments of the writer, and a rule for each condition."""
    fragments = "".join(f"{name} = '''{show(node)}'''\n" for name, node in FRAGMENTS.items())
    rules = "".join(
        f"[[rule]]\nid = '{name}'\nquery = '''{show(node)}'''\n"
        for name, node in conditions.items()
    )
    entities = "".join(_entity(slug, names) for slug, names in ENTITIES.items())
    return {"entities/e.toml": entities, "rules.toml": f"[fragments]\n{fragments}{rules}"}


def linked(node: Condition) -> Condition:
    """A condition of the writer as the product reads it; it need not be fit for a rule."""
    parsed = parse(show(node))
    assert not parsed.broken, (show(node), parsed.flaws)
    assert parsed.condition is not None
    fragments = {name: parse(show(part)).condition for name, part in FRAGMENTS.items()}
    condition, flaws = link(parsed.condition, ENTITIES, fragments)
    assert condition is not None, flaws
    return condition


def _entity(slug: str, names: Names) -> str:
    return (
        f"[entity.{slug}]\nnames = {_list(names.names)}\nweak = {_list(names.weak)}\n"
        f"context = {_list(names.context)}\nwithin = {names.within}\n"
        f"except = {_list(names.excepted)}\n"
    )


def _list(names: Sequence[str]) -> str:
    return "[" + ", ".join(f"'{name}'" for name in names) + "]"
