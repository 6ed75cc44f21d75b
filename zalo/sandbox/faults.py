"""Breaking things on purpose: which request fails, how, for how long and how often."""

import random
from dataclasses import asdict, dataclass, field
from typing import Any

from .world import World

AREAS = ("oauth", "openapi", "business", "upload", "media")
BEFORE = ("refuse", "timeout", "reset", "html", "garbage", "rate", "error", "slow")
AFTER = ("swallow", "truncate", "mutate")


@dataclass
class Fault:
    """One rule. ``times`` and ``until_ms`` end it; ``user_id`` and ``path`` narrow it."""

    id: str
    kind: str
    where: str = "*"  # an area, or "*" for the four that answer JSON
    path: str = ""  # only paths that start so
    contains: str = ""  # only requests whose body holds this text
    times: int = -1  # -1: without end
    skip: int = 0  # lets this many pass first
    until_ms: int = 0  # simulated time; 0: without end
    probability: float = 1.0
    ms: int = 60_000  # hold of timeout and swallow, delay of slow
    status: int = 500  # html
    code: int = -200  # error
    text: str = ""
    then: str = "hang"  # swallow: hang · reset · html
    drop: list[str] = field(default_factory=list)  # mutate: dotted keys to leave out
    add: dict[str, Any] = field(default_factory=dict)  # mutate: keys to add
    hits: int = 0


class Faults:
    """The rules in force, tried in the order they were set."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rules: dict[str, Fault] = {record["id"]: Fault(**record) for record in world.store.load("fault")}
        self._dice = random.Random(world.seed)

    def add(self, values: dict[str, Any]) -> Fault:
        """Set a rule; ``for_seconds`` may replace ``until_ms``. Raises ValueError on an unknown kind, area or field."""
        values = dict(values)
        seconds = values.pop("for_seconds", None)
        if seconds:
            values["until_ms"] = self.world.clock.now_ms() + int(float(seconds) * 1000)
        if values.get("kind") not in BEFORE + AFTER:
            raise ValueError(f"unknown kind of fault: {values.get('kind')}")
        if values.get("where", "*") not in ("*", *AREAS):
            raise ValueError(f"unknown area: {values['where']}")
        if values["kind"] == "slow":
            values.setdefault("ms", 3000)
        values["id"] = str(values.get("id") or f"f{self.world.next_number()}")
        try:
            fault = Fault(**values)
        except TypeError as error:
            raise ValueError(str(error)) from error
        self.rules[fault.id] = fault
        self._save(fault)
        return fault

    def remove(self, key: str = "") -> int:
        """Lift one rule, or all when ``key`` is empty; returns how many."""
        gone = [key] if key in self.rules else [] if key else list(self.rules)
        for each in gone:
            del self.rules[each]
            self.world.store.remove("fault", each)
        return len(gone)

    def listing(self) -> list[dict[str, Any]]:
        self._expire()
        return [asdict(fault) for fault in self.rules.values()]

    def refuses(self) -> bool:
        """True while connections themselves are refused."""
        self._expire()
        return any(fault.kind == "refuse" for fault in self.rules.values())

    def matching(self, area: str, path: str, body: bytes) -> list[Fault]:
        """The rules that hit this request: any delays, then at most one that spoils it."""
        if not self.rules:
            return []
        self._expire()
        hit: list[Fault] = []
        for fault in list(self.rules.values()):
            if fault.where not in ("*", area) or (fault.where == "*" and area == "media"):
                continue
            if not path.startswith(fault.path) or (fault.contains and fault.contains.encode() not in body):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                self._save(fault)
                continue
            if fault.probability < 1 and self._dice.random() >= fault.probability:
                continue
            hit.append(fault)
            fault.hits += 1
            if fault.times > 0:
                fault.times -= 1
                if fault.times == 0:
                    self.remove(fault.id)
                else:
                    self._save(fault)
            if fault.kind != "slow":
                break
        return hit

    def _expire(self) -> None:
        now = self.world.clock.now_ms()
        for fault in list(self.rules.values()):
            if fault.until_ms and fault.until_ms <= now:
                self.remove(fault.id)

    def _save(self, fault: Fault) -> None:
        self.world.store.save("fault", fault.id, asdict(fault))
