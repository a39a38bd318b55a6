"""Cells that count: parameters, FLOPs and multiply-adds of a pass, FLOPs of a training, their units resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from db.models import Field
from db.vocabulary import Reason, Refusal
from extract.cells.columns import METHOD_HEAD
from extract.cells.frame import COMPLEXITY, DATA_STUB, LEAST_COUNT, TableFrame
from extract.cells.headers import COUNTS, LETTER, MULTIPLY_ADDS, OPERATIONS, Says, unit_of
from extract.cells.models import CellReading, CellValue, TableModels
from extract.cells.numbers import exact_product, numbers_of_cell
from extract.cells.roles import role_of
from extract.language.model_names import without_marks
from extract.language.numbers import Number, parse_number
from extract.pattern import Pattern, each_word

# counts beyond these are no counts of that kind
PLAUSIBLE = {
    Field.PARAMETERS: (1e3, 1e14), Field.FLOPS: (1e4, 1e17), Field.MULTIPLY_ADDS: (1e4, 1e17),
    Field.TRAINING_FLOPS: (1e10, 1e28),
}  # fmt: skip
OPERATION_COUNTS = (Field.FLOPS, Field.MULTIPLY_ADDS)
MOST_OF_ONE_PASS = 1e18  # operations: no network's pass costs as much, a training does
LONGEST_TITLE = 16  # characters of a column's title that may be a model's short name
BARE_MILLIONS = (0.01, 50_000)  # a bare count of parameters this small is in millions in every paper seen

_SIZE = Pattern(
    "a header that says size",
    {r"#?\s?size": ("Size", "#Size"), "model size": "Model size", "network size": "network size"},
    refuses=("resized",),
    before="^",
    after="$",
)
_SIZE_OF_PARAMETERS = Pattern(
    "a size said to be of parameters",
    {r"\bsize\b[^.]{0,60}\bparam": "model size (number of parameters)"},
    refuses=("batch size. Params", "parameters"),
)
LAYER_HEAD = Pattern(
    "a header over properties of layers",
    {
        r"\b(?:output|out|input) (?:size|shape|dim\w*|channels?)\b": "Output size",
        r"\bstrides?\b": "Stride",
        r"\b(?:kernel|filter|patch) (?:size|shape)": "Kernel size / stride",
    },
    refuses=("Model size", "Output"),
)
_LAYER_STUB = Pattern(
    "a header over the layers of one network",
    {
        "layers?": "layer",
        "types?": "type",
        "operators?": "operator",
        "blocks?": "block",
        "stages?": "stage",
        "modules?": "module",
        "operations?": "operation",
        "units?": "unit",
        "input": "Input",
    },
    refuses=("Model", "Layered"),
    before="^",
    after="(?: (?:names?|types?))?$",
)
_LAYER_NAME = Pattern(
    "what a layer of a network is called",
    {
        r"(?:conv|fc|ip|pool|res|dense|linear|block|stage|layer|norm|bn|unit)s?[\s_-]?\d\w*(?:[\s./-]\w{1,3})*": (
            "conv1_2",
            "FC6",
            "stage 3",
            "res4a",
        ),
        r"(?:(?:max|avg|average|global)[\s-]?)?pool(?:ing)?": "max pool",
        r"(?:(?:token|patch|position\w*|input|output)[\s-]?)?(?:embeddings?|projection)": "Patch embedding",
        r"(?:(?:multi-?head|self)[\s-]?)?attention": "Self-attention",
        r"(?:convolution(?:al)?|fully[\s-]connected|softmax|classifier|stem|feed-?forward)": "Softmax layer",
    },
    refuses=("ResNet-50", "Conv-S", "DenseNet-121", "Dense", "BlockNet 2"),
    before="^",
    after=r"(?:\slayers?)?(?:\s?\([^()]*\))?$",
)
_WHOLE = Pattern(
    "what a row that sums up the layers is called",
    each_word("total all sum overall whole entire network model"),
    refuses=("conv1", "summary"),
    before=r"\b",
    after=r"\b",
)
_NETWORK_PARTS = ("backbone", "backbones", "encoder", "image encoder", "teacher", "student")
_SIZE_NAME = re.compile(r"\d{1,3}(?:\.\d+)?\s?[MB]\W?")
_COUNT_IN_LABEL = Pattern(
    "a model's parameters in brackets behind its name",
    {r"\((?P<count>\d+(?:\.\d+)?\s?[MB])(?:\sparam\w*)?\)": ("FooNet (25.6M)", "FooNet (1.3B params)")},
    refuses=("FooNet (300k)", "FooNet 25.6M"),
    flags=re.NOFLAG,
)
_TIMES_VIEWS = Pattern(
    "the cost of one view, times how many there are",
    {r"(?:\s?[×x]\s?(?:\d{1,3}|N/?A)){1,2}": ("70.5 × 3 × 10", "109G×30", "216 × NA")},
    refuses=("70.5", "8.4×", "224 × 224 × 3 × 3", "3x3, 64"),
    before=r"^(?P<cost>\d[\d,]*(?:\.\d+)?\s?[KMGBT]?)",
    after="$",
    flags=re.NOFLAG,
)
_SIZE_OF_WIDTH = re.compile(r"[×x]?\s?\d+(?:\.\d+)?\s?[×x]?")
_IN_THOUSANDS = re.compile(r"^\d{1,3}(?:,\d{3})+$")
_IN_FORMULA = re.compile(r"\^?[A-Za-z](?![a-z]{2})(?<![KMGBTkmgbt])")  # "2d^2", "2Nk"
_FACTOR_BEHIND = re.compile(r"\d\s?[x×⇥]\s*$")
_MAGNITUDE_BEHIND = Pattern(
    "a magnitude behind a number in small letters, and what it counts",
    {r"([kmgbtpe])\s?(?:flops?|macs?|params?|madds?)?\b": ("gflops", "m macs", "k")},
    refuses=("images", "%"),
    before="^",
    flags=re.NOFLAG,
)
_MAGNITUDES = {"k": 1e3, "m": 1e6, "g": 1e9, "b": 1e9, "t": 1e12, "p": 1e15, "e": 1e18}
# what a text that tells the unit of a count calls it
_NAMED_IN_TEXT = {
    Field.PARAMETERS: Pattern(
        "parameters, and the words behind them",
        {r"param\w*": "# params (M)", r"weights": "weights", r"model size": "model size"},
        refuses=("operations",),
        before=r"(?:#\s?)?\b",
        after=r"\b[^.;]{0,24}",
    ),
    Field.FLOPS: Pattern(
        "operations, and the words behind them",
        {
            r"flops?|ops": ("FLOPs (G)", "ops"),
            r"operations|compute": ("operations", "training compute"),
            r"mult\w*-?\s?adds?|m-?adds?|macs?": ("multiply-adds", "Mult-Adds", "MAdds", "MACs"),
        },
        refuses=("drops", "parameters", "multipliers", "computer"),
        before=r"(?:#\s?)?\b",
        after=r"\b[^.;]{0,24}",
    ),
}
_COUNTED = Pattern(
    "a caption that begins with what its table counts",
    {
        "[Pp]arameters": "Table 3: The number of parameters of",
        "FLOP[sS]": "FLOPs of",
        "Mult-Adds": "Mult-Adds for",
        "MAdds": "MAdds in",
        "MACs": "MACs of",
        "[Mm]ultiply-adds": "Number of multiply-adds for",
    },
    refuses=("Parameters and FLOPs", "Table 3 of parameters of"),
    before=r"^(?:Table\s[\w.]+[.:]\s)?(?:The\s)?(?P<count>(?:[Nn]umber of )?",
    after=r")\s(?:of|for|in)\b",
    flags=re.NOFLAG,
)
_OPERATIONS = ("M", "G", "B", "T")  # the magnitudes that operations are printed in


_PARAMETERS = Pattern("parameters", {r"\bparam": "Number of parameters"}, refuses=("hyperparameters",))


@dataclass(frozen=True, eq=False)
class TableCounts:
    """Reads the counts of one table."""

    frame: TableFrame
    models: TableModels

    # --- counts in odd places ---

    def of_rows(self) -> Iterator[CellReading]:
        """The rows "# params" and "FLOPs" at the foot of a table of architectures, whose columns are the models."""
        frame = self.frame
        for r, row in enumerate(frame.table.rows):
            heads = ((c, frame.says(frame.printed[r][c])) for c in range(min(3, len(row))))
            place, says = next(((c, s) for c, s in heads if _is_name_of_count(s)), (-1, None))
            for c in range(place + 1, len(row)) if says is not None else ():
                found = numbers_of_cell(frame.printed[r][c])
                if frame.columns[c].quantity in COUNTS or len(found) != 1 or says is None:
                    continue
                if found[0].magnitude or self._scale(frame.printed[r][c], found[0], says, Field(str(says.quantity))):
                    yield from self._under_title(c, r, found, says)

    def _under_title(self, column: int, r: int, found: list[Number], says: Says) -> Iterator[CellReading]:
        """The count of a row, as that of the model that its column's title names."""
        model = self._column_title(column)
        if not self.frame.is_name(model or ""):
            path = self.frame.column_path(column)
            sized = len(path) > 1 and _SIZE_OF_WIDTH.fullmatch(path[-1])  # "Channels" over "0.5×"
            size = path[-1] if sized or self._titles_tell_apart else ""
            model = " ".join((self.models.caption_model, size)).strip() if self.models.caption_model else model
        role = role_of(model or "", "", self.frame.roles, self.frame.context.names)
        for reading in self.read(column, r, found, says):
            yield replace(
                reading, model=model, role=role, pattern=f"{reading.pattern}_row", row_path=says.text,
                column_path=model or "",
            )  # fmt: skip

    @cached_property
    def _titles_tell_apart(self) -> bool:
        """Whether each column of numbers has a short title of its own: "S/32", "B/16"."""
        titles = [self.frame.column_path(c)[-1:] for c in self.frame.value_columns]
        return (
            len(titles) > 1 and len(set(titles)) == len(titles)
            and all(t and len(t[0]) <= LONGEST_TITLE and LETTER.search(t[0]) for t in titles)
        )  # fmt: skip

    def _column_title(self, column: int) -> str | None:
        """The topmost header entry over the column; of a column without one, the entry over the nearest on its left."""
        for c in range(column, 0, -1):
            for cells in self.frame.table.header[:2]:
                for cell in cells:
                    if cell.column <= c < cell.column + cell.span and LETTER.search(cell.text):
                        return without_marks(cell.text)
        return None

    def of_labels(self) -> Iterator[CellReading]:
        """Parameters printed as the model's name ("125M"), or behind it ("X (1.7M)") if the caption speaks of them."""
        yield from self._sizes_as_names()
        frame = self.frame
        if not _PARAMETERS.search(frame.caption):
            return
        for r, row in enumerate(frame.table.rows):
            for c in frame.name_columns[:1]:
                match = _COUNT_IN_LABEL.search(frame.printed[r][c])
                number = parse_number(match["count"]) if match else None
                if match is None or number is None:
                    continue
                words = tuple(i for i in row[c].words if match["count"] in frame.page.words[i].text) or row[c].words
                value = CellValue(Field.PARAMETERS, number.value, "table_parameters_in_label", number)
                bare = without_marks(frame.printed[r][c].replace(match.group(), " "))
                yield replace(self.models.reading(c, r, value), words=words, model=bare)

    def _sizes_as_names(self) -> Iterator[CellReading]:
        """A column "Model" or "Size" that holds nothing but "125M", "1.3B": models called by their size."""
        frame = self.frame
        if not frame.name_columns or frame.transposed or frame.rows_name_data:
            return
        column = frame.name_columns[0]
        texts = [" ".join(row[column].split()) for row in frame.printed]
        names = frame.heads_names or _SIZE.fullmatch(frame.head(column))
        if not names or not all(_SIZE_NAME.fullmatch(t) for t in texts if t):
            return
        if any(frame.columns[c].quantity == Field.PARAMETERS for c in frame.value_columns):
            return
        for r, text in enumerate(texts):
            number = parse_number(text) if text else None
            if number is not None and number.magnitude:
                value = CellValue(Field.PARAMETERS, number.value, "table_parameters_as_name", number)
                model = " ".join((self.models.caption_model or "", text)).strip()
                yield replace(self.models.reading(column, r, value), model=model)

    def of_views(self) -> Iterator[CellReading]:
        """The cost of one view under "FLOPs × views": 70G of "70G × 3 × 10"."""
        frame = self.frame
        for c in (c for c in range(frame.table.columns) if frame.columns[c].quantity in OPERATION_COUNTS):
            for r, row in enumerate(frame.printed):
                views = None if c >= len(row) or numbers_of_cell(row[c]) else _TIMES_VIEWS.match(row[c].strip())
                number = parse_number(views["cost"]) if views else None
                if number is not None:
                    yield from self.read(c, r, [number], frame.columns[c])

    # --- counts under their header ---

    def read(self, column: int, r: int, found: list[Number], source: Says) -> Iterator[CellReading]:
        """The count in a cell, `source` being what says that it is one; two counts where the header names two."""
        parts = self._shared_head(column, found)
        if parts:
            for part, one in zip(parts, found, strict=True):
                yield from self.read(column, r, [one], part)
            return
        number, text = found[0], self.frame.printed[r][column]
        if number.sign or number.percent or _FACTOR_BEHIND.search(text) or _IN_FORMULA.match(text, number.end):
            return
        if column in self._rates:
            return
        quantity = self._kind(Field(str(source.quantity)), number, source)
        unit = number.magnitude or self._scale(text, number, source, quantity)
        if _SIZE.fullmatch(source.text) and not self._size_is_count(number, source, has_unit=bool(unit)):
            return  # a size in bytes or units, not a count of parameters
        reading = self._counted(column, r, self._value(quantity, text, number, source), source)
        yield reading

    def _kind(self, quantity: Field, number: Number, source: Says) -> Field:
        """The kind of operations: of a training where there are too many for a pass; multiply-adds where the paper
        says that its FLOPs are such."""
        if quantity != Field.FLOPS:
            return quantity
        if number.value >= MOST_OF_ONE_PASS:
            return Field.TRAINING_FLOPS
        context = self.frame.context
        ops = context.ops_are_multiply_adds and "flop" not in source.text.lower()
        return Field.MULTIPLY_ADDS if context.flops_are_multiply_adds or ops else Field.FLOPS

    def _size_is_count(self, number: Number, source: Says, *, has_unit: bool) -> bool:
        """Whether numbers under "Size" are parameters: with a unit, and the text or the rows speak of models."""
        if not has_unit or (number.magnitude and number.value < LEAST_COUNT):
            return False
        said = f"{self.frame.caption} {' '.join(self.frame.sentences)}"
        of_model = source.text.lower().lstrip("# ") != "size" or _SIZE_OF_PARAMETERS.search(said)
        return bool(of_model or (number.magnitude and self._rows_are_models))

    @cached_property
    def _rows_are_models(self) -> bool:
        """Whether what stands over the row headers says that they are models or methods, or their names do."""
        frame = self.frame
        stub, labels = frame.stub.strip(), [label for label in frame.labels if label]
        if frame.rows_name_data or DATA_STUB.search(stub):
            return False
        named = not stub and 2 * sum(frame.is_name(label) for label in labels) > len(labels)
        return frame.heads_names or METHOD_HEAD.fullmatch(stub) is not None or named

    def _value(self, quantity: Field, text: str, number: Number, source: Says) -> CellValue:
        """The number with its unit resolved."""
        factor, pattern, reason = 1.0, f"table_{quantity}", source.refusal
        if not number.magnitude:
            factor = self._scale(text, number, source, quantity) or 0.0
        if not factor:
            factor = 1.0
            few = BARE_MILLIONS[0] <= number.value < BARE_MILLIONS[1]
            if quantity == Field.PARAMETERS and few and not self._prints_whole_counts:
                factor, pattern = 1e6, "table_parameters_without_unit"
            elif quantity != Field.PARAMETERS and number.value < LEAST_COUNT:
                reason = Reason(Refusal.NO_UNIT)
        value = exact_product(number.value, factor)
        low, high = PLAUSIBLE[quantity]
        if not low <= value <= high:
            reason = reason or Reason(Refusal.IMPLAUSIBLE_COUNT, f"{value:g}")
        span = (exact_product(number.low, factor), exact_product(number.high, factor)) if number.is_range else ()
        return CellValue(
            quantity, value, pattern, number, low=span[0] if span else None, high=span[1] if span else None,
            reason=reason,
        )  # fmt: skip

    def _counted(self, column: int, r: int, value: CellValue, source: Says) -> CellReading:
        """The reading; the count of a part of the model is refused, unless the part is a network with a name."""
        label = self.frame.labels[r]
        if self._rows_are_layers and not (_WHOLE.search(label) or _is_name_of_count(self.frame.says(label))):
            value = replace(value, reason=source.refusal or Reason(Refusal.PART_OF_MODEL, "a layer"))
        refused_as_part = value.reason is not None and value.reason == source.refusal
        named = self._named_part(column) if refused_as_part else None
        network = without_marks(" ".join(self.frame.printed[r][named].split())) if named is not None else ""
        if self.frame.is_name(network):
            # "Backbone" over the network's name, its parameters and its operations: that network's own
            return replace(self.models.reading(column, r, replace(value, reason=None)), model=network)
        return self.models.reading(column, r, value)

    def _named_part(self, column: int) -> int | None:
        """The column of names under the same head "Backbone" as this column of counts, or None."""
        for row in self.frame.table.header:
            for cell in row:
                inside = range(cell.column, cell.column + cell.span)
                if column in inside and cell.text.strip().lower() in _NETWORK_PARTS:
                    return next((c for c in inside if c in self.frame.label_columns and c != column), None)
        return None

    @cached_property
    def _rates(self) -> frozenset[int]:
        """The columns of "TFLOPS" beside those that count operations, or behind cards: how many are done a second."""
        columns = {c for c, says in enumerate(self.frame.columns) if says.quantity in OPERATION_COUNTS}
        rates = frozenset(c for c in columns if _MANY_A_SECOND.search(self.frame.columns[c].text))
        return rates if rates < columns or _OF_DEVICES.fullmatch(self.frame.stub.strip()) else frozenset()

    @cached_property
    def _prints_whole_counts(self) -> bool:
        """Whether some count of parameters has no unit and is printed to its last digit: "922117", "6,541".

        A smaller one beside it is then in no unit either: 55 are 55.
        """
        frame = self.frame
        return any(
            not n.magnitude and (n.value >= BARE_MILLIONS[1] or _IN_THOUSANDS.search(n.text))
            for r, cells in enumerate(frame.printed)
            for c, text in enumerate(cells)
            if Field.PARAMETERS in (frame.columns[c].quantity, frame.row_says[r].quantity)
            for n in numbers_of_cell(text)
        )

    @cached_property
    def _rows_are_layers(self) -> bool:
        """Whether the rows are the layers of one network: columns say what each puts out, its stride, its kernel, or
        a column "Layer" names them, or a row sums up what stands under it."""
        heads, labels = self.frame.heads.texts, [label.strip() for label in self.frame.labels if label.strip()]
        of_layers = sum(bool(LAYER_HEAD.search(h)) for h in heads)
        if of_layers >= 2 or _LAYER_STUB.fullmatch(heads[0].strip()) is None:
            return of_layers >= 2 and any(LAYER_HEAD.search(head) for head in heads[1:])
        named = sum(bool(_LAYER_NAME.fullmatch(label)) for label in labels)
        summed = len(labels) > 2 and _WHOLE.fullmatch(labels[-1]) is not None
        return summed or 2 * named >= len(labels) > 0 or any(LAYER_HEAD.search(head) for head in heads[1:])

    def _shared_head(self, column: int, found: list[Number]) -> list[Says]:
        """What each of a cell's two numbers is, if the head names two counts: "Train / Infer FLOPs", "Params/FLOPs"."""
        head = " ".join(self.frame.column_path(column)[-1:])
        parts = [p.strip() for p in head.split("/")]
        if len(found) != 2 or len(parts) != 2 or not all(parts):
            return []
        noun = parts[1].split()[-1]
        alone = [self.frame.says(p) for p in parts]
        said = [
            s if s.quantity in COUNTS else self.frame.says(f"{p} {noun}") for p, s in zip(parts, alone, strict=True)
        ]
        return said if all(s.quantity in COUNTS for s in said) and said[0].quantity != said[1].quantity else []

    def _scale(self, text: str, number: Number, source: Says, quantity: Field) -> float | None:
        """What the unit in the cell, in the header or in the caption multiplies by."""
        match = _MAGNITUDE_BEHIND.match(text[number.end :].strip().lower())
        if match:
            return _MAGNITUDES[match[1]]
        if source.scale:
            return source.scale
        named_in_text = _NAMED_IN_TEXT[Field.PARAMETERS if quantity == Field.PARAMETERS else Field.FLOPS]
        for around in (self.frame.caption, *self.frame.sentences):
            for named in named_in_text.finditer(around):
                scale = unit_of(named.group().lower())
                if scale:
                    return scale
        return None

    # --- what says that a column counts ---

    def counts_operations(self, column: int) -> bool:
        """Whether a column called "Complexity" or "Computation" counts operations: 569M, in a table that names them."""
        if not COMPLEXITY.fullmatch(" ".join(self.frame.column_path(column)[-1:])):
            return False
        found = self.frame.numbers[column].values()
        said = f"{self.frame.caption} {' '.join(self.frame.sentences)}"
        counted = bool(found) and all(n[0].magnitude in _OPERATIONS for n in found)
        return counted and (OPERATIONS.search(said) or MULTIPLY_ADDS.search(said)) is not None

    @cached_property
    def of_caption(self) -> Says | None:
        """What the caption says that the table counts ("Mult-Adds of X under Y"), where no header names a measure."""
        match = _COUNTED.match(self.frame.caption)
        if match is None or any(s.is_measure for s in (*self.frame.columns, *self.frame.row_says)):
            return None
        says = self.frame.says(match["count"])
        return says if says.quantity in COUNTS else None


_MANY_A_SECOND = Pattern(
    "operations a second, in capitals", {r"\b[TP]FLOPS\b": "Theoretical TFLOPS"}, ("TFLOPs", "GFLOPS"), flags=re.NOFLAG
)
_OF_DEVICES = Pattern(
    "a header over devices",
    {r"[GT]PUs?": "GPU", "(?:card|device|accelerator|chip|processor|hardware|platform)s?": "Card"},
    refuses=("GPU time", "Cardinality"),
    before="^",
    after=r"(?:\s(?:names?|types?|models?))?$",
)
_MANY_FLOPS = Pattern(
    "so many FLOPs that it may be a rate", {r"\b[TP]-?FLOP": ("TFLOPs", "P-FLOP")}, ("GFLOPs",), flags=re.NOFLAG
)


def _is_name_of_count(says: Says) -> bool:
    """Whether a label is the name of a count and no more; "TFLOPs" at a row's head is a rate as often."""
    return (
        says.quantity in COUNTS and len(says.text) <= 32 and not says.text[:1].isdigit()
        and not _MANY_FLOPS.search(says.text)
    )  # fmt: skip
