"""Lists whose true pairs are known: a folder of them, or generated ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from store_matching.generator import GeneratorOptions, generate_extracts, write_extracts
from store_matching.quality_gate.errors import QualityGateError

FILES = ("gi.csv", "th.csv", "truth.csv")
# One list as extracts usually are, one that is hard to match: a change that trades the one for the other shows.
GENERATED = {"generated_normal": ("normal", 101), "generated_high_noise": ("high", 202)}


@dataclass(frozen=True)
class LabelledList:
    """A folder with gi.csv, th.csv and truth.csv (gi_id, th_id: every true pair)."""

    folder: Path

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def gi(self) -> Path:
        """The GI extract."""
        return self.folder / "gi.csv"

    @property
    def th(self) -> Path:
        """The TH extract."""
        return self.folder / "th.csv"

    @property
    def truth(self) -> Path:
        """The true pairs."""
        return self.folder / "truth.csv"


def find_labelled_lists(folder: Path) -> list[LabelledList]:
    """Return the lists in `folder`, one per subfolder, by name.

    Raises QualityGateError when there is none, or a subfolder with a truth lacks an extract.
    """
    lists = [LabelledList(truth.parent) for truth in sorted(folder.glob("*/truth.csv"))]
    if not lists:
        raise QualityGateError(f"{folder}: no labelled list; expected {folder}/<list>/ with {', '.join(FILES)}")
    for each in lists:
        missing = [name for name in FILES if not (each.folder / name).is_file()]
        if missing:
            raise QualityGateError(f"{each.folder}: {', '.join(missing)} missing; a list has {', '.join(FILES)}")
    return lists


def generate_labelled_lists(folder: Path, stores: int) -> list[LabelledList]:
    """Generate the lists of GENERATED with `stores` records a side into `folder` and return them, by name.

    Raises GeneratorError where `stores` is out of range.
    """
    for name, (noise, seed) in GENERATED.items():
        extracts = generate_extracts(GeneratorOptions(stores=stores, seed=seed, noise=noise), lambda *_: None)
        write_extracts(extracts, folder / name, "csv", with_noise=False, progress=lambda *_: None)
    return [LabelledList(folder / name) for name in sorted(GENERATED)]
