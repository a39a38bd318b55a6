"""Cells that count: parameters, FLOPs and multiply-adds of a pass, FLOPs of a training, their units resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from db.models import Field
from extract.cells.frame import LETTER
from extract.cells.headers import Says, unit_of
from extract.cells.models import CellReading, TableModels
from extract.cells.numbers import exact_product, numbers_of_cell
from extract.cells.roles import role_of
from extract.language.model_names import without_marks
from extract.language.numbers import Number, parse_number

_SIZE = re.compile(r"(?:model |network )?size", re.IGNORECASE)
_NO_MODEL_COLUMN = re.compile(r"\b(?:data\w*|corpus|corpora|sentences|images|tokens|size|set)\b", re.IGNORECASE)
COUNTS = (Field.PARAMETERS, Field.FLOPS, Field.MULTIPLY_ADDS, Field.TRAINING_FLOPS)
_LAYER_HEAD = re.compile(
    r"\b(?:output|out|input) (?:size|shape|dim\w*|channels?)\b|\bstrides?\b|\b(?:kernel|filter|patch) (?:size|shape)",
    re.IGNORECASE,
)
_LAYER_STUB = re.compile(
    r"(?:layers?|types?|operators?|blocks?|stages?|modules?|operations?|units?|input)(?: (?:names?|types?))?",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"\b(?:total|all|sum|overall|whole|entire|network|model)\b", re.IGNORECASE)
_NETWORK_PARTS = ("backbone", "backbones", "encoder", "image encoder", "teacher", "student")
_SIZE_NAME = re.compile(r"\d{1,3}(?:\.\d+)?\s?[MB]\W?")
_COUNT_IN_LABEL = re.compile(r"\((?P<count>\d+(?:\.\d+)?\s?[MB])(?:\sparam\w*)?\)")


def _names_count(says: Says) -> bool:
    """Whether a label is the name of a count and no more; "TFLOPs" at a row's head is a rate as often."""
    return (
        says.quantity in COUNTS and len(says.text) <= 32 and not says.text[:1].isdigit()
        and not re.search(r"\b[TP]-?FLOP", says.text)
    )  # fmt: skip


class CountCells(TableModels):
    """The part of a table's reading that counts."""

    def count_rows(self) -> Iterator[CellReading]:
        """The rows "# params" and "FLOPs" at the foot of a table of architectures, whose columns are the models."""
        for r, row in enumerate(self.table.rows):
            heads = ((c, self.says(self.printed[r][c])) for c in range(min(3, len(row))))
            place, says = next(((c, s) for c, s in heads if _names_count(s)), (-1, None))
            if says is None:
                continue
            for c in range(place + 1, len(row)):
                if self.columns[c].quantity in COUNTS or not row[c].words:
                    continue
                found = numbers_of_cell(self.printed[r][c])
                if len(found) != 1 or not (
                    found[0].magnitude
                    or says.scale
                    or self._scale(self.printed[r][c], found[0], says, str(says.quantity))
                ):
                    continue
                for reading in self.read_count(c, r, found, str(says.quantity), says, says):
                    model = self._column_title(c)
                    if not self.is_name(model or ""):
                        model = self.caption_model() or model
                    yield replace(
                        reading, model=model, role=role_of(model or "", "", self.roles, self.context.names),
                        pattern=f"{reading.pattern}_row", row_path=says.text, column_path=model or "",
                    )  # fmt: skip

    def _column_title(self, column: int) -> str | None:
        """The topmost header entry over the column; of a column without one, the entry over the nearest on its left."""
        for c in range(column, 0, -1):
            for cells in self.table.header[:2]:
                for cell in cells:
                    if cell.column <= c < cell.column + cell.span and LETTER.search(cell.text):
                        return without_marks(cell.text)
        return None

    def counts_in_labels(self) -> Iterator[CellReading]:
        """Parameters printed as the model's name ("125M"), or behind it ("X (1.7M)") if the caption speaks of them."""
        yield from self._sizes_as_names()
        if not re.search(r"\bparam", self.caption, re.IGNORECASE):
            return
        for r, row in enumerate(self.table.rows):
            for c in self.name_columns[:1]:
                if _NO_MODEL_COLUMN.search(" ".join(self.column_path(c))):
                    continue
                match = _COUNT_IN_LABEL.search(self.printed[r][c])
                number = parse_number(match["count"]) if match else None
                if match is None or number is None:
                    continue
                words = tuple(i for i in row[c].words if match["count"] in self.page.words[i].text) or row[c].words
                reading = self.make_reading(
                    c, r, Field.PARAMETERS, number.value, "table_parameters_in_label", number, reason=None
                )
                bare = without_marks(self.printed[r][c].replace(match.group(), " "))
                yield replace(reading, words=words, model=bare)

    def _sizes_as_names(self) -> Iterator[CellReading]:
        """A column "Model" or "Size" that holds nothing but "125M", "1.3B": models called by their size."""
        if not self.name_columns or self.transposed or self.rows_name_data:
            return
        column = self.name_columns[0]
        head = " ".join(self.column_path(column))
        texts = [" ".join(self.printed[r][column].split()) for r in range(len(self.table.rows))]
        if not (self.heads_names or _SIZE.fullmatch(head)) or not all(_SIZE_NAME.fullmatch(t) for t in texts if t):
            return
        for r, text in enumerate(texts):
            number = parse_number(text) if text else None
            if (
                number is None
                or not number.magnitude
                or any(self.columns[c].quantity == Field.PARAMETERS for c in self.value_columns)
            ):
                continue
            reading = self.make_reading(
                column, r, Field.PARAMETERS, number.value, "table_parameters_as_name", number, reason=None
            )
            yield replace(reading, model=" ".join((self.caption_model() or "", text)).strip())

    def read_count(
        self, column: int, r: int, found: list[Number], quantity: str, source: Says | None, says: Says
    ) -> Iterator[CellReading]:
        if source is None:
            return
        parts = self._shared_head(column, found)
        if parts:
            for part, one in zip(parts, found, strict=True):
                yield from self.read_count(column, r, [one], str(part.quantity), part, part)
            return
        number = found[0]
        text = self.printed[r][column]
        if number.sign or number.percent or re.search(r"\d\s?[x×]\s*$", text):
            return
        if quantity == Field.FLOPS and number.value >= 1e18:
            quantity = Field.TRAINING_FLOPS  # no network's pass costs that much
        if quantity == Field.FLOPS and (
            self.context.flops_are_multiply_adds
            or (self.context.ops_are_multiply_adds and "flop" not in source.text.lower())
        ):
            quantity = Field.MULTIPLY_ADDS
        value, reason, pattern = number.value, source.refusal, f"table_{quantity}"
        if self._rows_are_layers and not _WHOLE.search(self.labels[r]):
            reason = reason or "counts a part of the model (a layer)"
        said = f"{self.caption} {' '.join(self.sentences)}"
        unit = number.magnitude or self._scale(text, number, source, quantity)
        if _SIZE.fullmatch(source.text) and not (
            unit and (number.value >= 1e5 or not number.magnitude)
            and (
                source.text.lower() != "size" or re.search(r"\bsize\b[^.]{0,60}\bparam", said, re.IGNORECASE)
                or (number.magnitude and self.heads_names)
            )
        ):  # fmt: skip
            return  # a size in bytes or units, not a count of parameters
        factor = 1.0
        if not number.magnitude:
            factor = self._scale(text, number, source, quantity) or 0.0
            if not factor:
                if quantity == Field.PARAMETERS and 0.01 <= value < 50_000:
                    # a bare count of parameters this small is in millions in every paper seen
                    factor, pattern = 1e6, "table_parameters_without_unit"
                elif quantity == Field.PARAMETERS or value >= 1e5:
                    factor = 1.0
                else:
                    factor, reason = 1.0, "no unit is printed for this count"
        value = exact_product(value, factor)
        low, high = exact_product(number.low, factor), exact_product(number.high, factor)
        limits = {
            Field.PARAMETERS: (1e3, 1e14), Field.FLOPS: (1e4, 1e17), Field.MULTIPLY_ADDS: (1e4, 1e17),
            Field.TRAINING_FLOPS: (1e10, 1e28),
        }[Field(quantity)]  # fmt: skip
        if not limits[0] <= value <= limits[1]:
            reason = reason or f"{value:g} is no plausible count"
        named = self._named_part(column) if reason is not None and reason == source.refusal else None
        network = without_marks(" ".join(self.printed[r][named].split())) if named is not None else ""
        if self.is_name(network):
            reason = None  # "Backbone" over the network's name, its parameters and its operations: that network's own
        reading = self.make_reading(
            column, r, quantity, value, pattern, number, reason=reason,
            low=low if number.is_range else None, high=high if number.is_range else None,
        )  # fmt: skip
        yield replace(reading, model=network) if self.is_name(network) else reading

    def _named_part(self, column: int) -> int | None:
        """The column of names under the same head "Backbone" as this column of counts, or None."""
        for row in self.table.header:
            for cell in row:
                if cell.column <= column < cell.column + cell.span and cell.text.strip().lower() in _NETWORK_PARTS:
                    inside = range(cell.column, cell.column + cell.span)
                    return next((c for c in inside if c in self.label_columns and c != column), None)
        return None

    @cached_property
    def _rows_are_layers(self) -> bool:
        """Whether the rows are the layers of one network: columns say what each puts out, its stride, its kernel."""
        heads = [" ".join(self.column_path(c)) for c in range(self.table.columns)]
        return any(_LAYER_HEAD.search(head) for head in heads[1:]) and (
            _LAYER_STUB.fullmatch(heads[0].strip()) is not None or sum(bool(_LAYER_HEAD.search(h)) for h in heads) >= 2
        )

    def _shared_head(self, column: int, found: list[Number]) -> list[Says]:
        """What each of a cell's two numbers is, if the head names two counts: "Train / Infer FLOPs", "Params/FLOPs"."""
        head = " ".join(self.column_path(column)[-1:])
        parts = [p.strip() for p in head.split("/")]
        if len(found) != 2 or len(parts) != 2 or not all(parts):
            return []
        noun = parts[1].split()[-1]
        said = [self.says(p if self.says(p).quantity in COUNTS else f"{p} {noun}") for p in parts]
        return said if all(s.quantity in COUNTS for s in said) and said[0].quantity != said[1].quantity else []

    def _scale(self, text: str, number: Number, source: Says, quantity: str) -> float | None:
        """What the unit in the cell, in the header or in the caption multiplies by."""
        rest = text[number.end :].strip().lower()
        match = re.match(r"([kmgbtpe])\s?(?:flops?|macs?|params?|madds?)?\b", rest)
        if match:
            return {"k": 1e3, "m": 1e6, "g": 1e9, "b": 1e9, "t": 1e12, "p": 1e15, "e": 1e18}[match[1]]
        if source.scale:
            return source.scale
        words = {
            Field.PARAMETERS: r"param\w*|weights|model size",
            Field.FLOPS: r"flops?|operations|ops",
            Field.MULTIPLY_ADDS: r"multipl\w+-?\s?add\w*|mult-?adds?|madds?|macs?|flops?",
            Field.TRAINING_FLOPS: r"flops?|compute",
        }[Field(quantity)]
        for around in (self.caption, *self.sentences):
            for match in re.finditer(rf"(?:#\s?)?\b(?:{words})\b[^.;]{{0,24}}", around, re.IGNORECASE):
                scale = unit_of(match.group().lower())
                if scale:
                    return scale
        return None
