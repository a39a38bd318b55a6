"""What a header, a row label or a caption says of the numbers under it: quantity, unit, metric, benchmark, split."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from db.models import Field
from db.reference.printed_names import fold
from db.reference.untracked import find_untracked_datasets, find_untracked_metrics
from db.vocabulary import Reason, Refusal
from extract.language.languages import names_language_pair, names_one_language
from extract.language.metrics import PETAFLOP_PER_S_DAY, split_of
from extract.language.named_metric import LETTER_OF_NAME, metric_named
from extract.language.settings import is_way_of_testing
from extract.pattern import Pattern

OTHER = "other"  # a quantity that is none of ours: depth, speed, perplexity
COUNTS = (Field.PARAMETERS, Field.FLOPS, Field.MULTIPLY_ADDS, Field.TRAINING_FLOPS)


@dataclass(frozen=True)
class Says:
    """What one text says. `quantity` is a Field, OTHER, or None where the text names no quantity."""

    text: str
    quantity: str | None = None
    scale: float | None = None  # what the unit multiplies by
    refusal: Reason | None = None  # why numbers under it are not kept though the quantity is one of ours
    benchmarks: tuple[str, ...] = ()
    untracked: bool = False  # names a data set that is not tracked
    untracked_metric: bool = False
    metrics: bool = False  # names a metric of some benchmark
    split: str | None = None
    difference: bool = False
    is_setting: bool = False  # made of words for settings and nothing else: "Weight decay"

    @property
    def names_data(self) -> bool:
        """Whether the text names a data set, tracked or not."""
        return bool(self.benchmarks) or self.untracked

    @property
    def is_measure(self) -> bool:
        """Whether the text names a metric or one of the counts that are kept."""
        return self.metrics or self.quantity in (*COUNTS, Field.SCORE)

    @property
    def says_nothing(self) -> bool:
        """Whether the text names neither measure, data set nor split: a model then, or a setting of one."""
        return (
            bool(self.text) and self.quantity is None and not self.names_data and not self.split and not self.metrics
            and bool(LETTER.search(self.text) or _FACTOR.match(self.text))
        )  # fmt: skip


LETTER = re.compile(r"[A-Za-zα-ωΑ-Ω]")
_FACTOR = re.compile(r"[×x]\s?\d")

# --- quantities; all of these are asked of the folded text, in lower case ---------------------------------------------

MULTIPLY_ADDS = Pattern(
    "operations counted as multiply-adds",
    {
        r"(?<!\w)(?:x\s?\+|\+\s?x)(?=\s?(?:\(|$))": ("x+", "+x (m)"),
        r"\b[kmgtb]?[-\s]?madds?\b": "mmadds",
        r"\bm-adds?\b": "m-adds",
        r"\b[kmgt]?macc?s?\b": "gmacs",
        r"\bmul(?:t|ti|tiply|tiplication)?s?\.?[-–\s/+&]*(?:and[-\s])?(?:adds?|additions?|acc\w*)\b": (
            "mult-adds (m)",
            "multiply-accumulates",
            "multiplication and additions",
        ),
        r"#\s?mult\w*\b": "# mults",
    },
    refuses=("machine", "multi-scale", "adds"),
)
OPERATIONS = Pattern(
    "operations, most often FLOPs",
    {
        r"\b(?:[kmgtpezb]|giga|mega|tera|peta|exa|zetta|kilo)?-?flop?s?\b": ("gflops", "flops (m)", "exaflop"),
        r"\bfloating[-\s]point\soper\w+": "floating-point operations",
        r"\b(?:b|bn|billion|g|m|million)\s?ops\b": "bn ops",
        r"#\s?ops\b": "x # ops",
        r"#?\s?\bops\.?,?\s?[(\[]?(?=(?:in\s)?(?:(?<=[(\[])[kmgbt]|×|x\s?10|10|mil|bil)[^a-z]?)": (
            "ops (m)",
            "(ops., x1010)",
        ),
        r"\b(?:number of )?operations\b": "operations",
        r"^#?\s?(?:num\.? )?ops\.?$": "ops",
        r"\bops\s?/\s?(?:time\w*step|step|image|example|sample|frame)\b": "ops/image",
    },
    refuses=("drops", "ops per day"),
)
OF_TRAINING = Pattern(
    "operations of a whole training",
    {
        r"\b(?:pre-?)?train(?:ing)?\s(?:\w+\s)?(?:cost|compute|computation|budget|[kmgtpez]?flops?)\b": (
            "training cost (flops)",
            "pre-training compute",
        ),
        r"\bcost (?:of|for) (?:pre-?)?training": "cost of training",
        r"(?:total|overall)\s(?:train\w*\s)?(?:compute|computation)": "total compute (flops)",
        r"\b(?:exa-?|zetta-?|[ze])flops?\b": "exaflops",
        r"flops?\s(?:for|to|used for|of)\s(?:train|pre)": "flops for training",
    },
    refuses=("training time", "test flops"),
)
PETAFLOP_DAYS = Pattern(
    "petaflop/s-days",
    {r"\b(?:pf|petaflops?|pflops?)\s?(?:/\s?s|[-\s]?s|s)?[-\s/·]*days?\b": ("pf-days", "petaflop/s-days")},
    refuses=("petaflops", "gpu days"),
)
_CHANGE = r"(?:[∆Δδ]|\b(?:ratio|reduc\w+|increas\w*|compression|relative|saving|speed-?up|overhead|extra|additional)\b)"
_GLUED = Pattern(
    "operations with a footnote's mark or a factor glued to them, in small letters",
    {r"n\b": "# flopsn", r"(?=x\s?[a-z#])": "flopsxviews"},  # AMS fonts print a triangle by the letter N
    refuses=("flops", "flops x views"),
    before=r"\b(?P<count>[kmgtp]?flops)",
    flags=re.NOFLAG,
)
RATE = Pattern(
    "operations per time or per device: a speed and no count",
    {
        r"/\s?s(?:ec\w*)?\b": "flop/s",
        r"\bper\ssec\w*": "operations per second",
        r"\bps\b": "gflops ps",
        r"utili[sz]ation": "flops utilization",
        r"\b(?:peak|achieved|attained)\b": ("peak flops", "achieved tflops"),
        r"throughput": "throughput (tflops)",
        r"effective": "effective flops",
        r"sustained": "sustained flops",
        r"\bs\s?-1\b": "flop s-1",
        r"flops?\s?(?:/|per)\s?(?:gpu|tpu|core|chip|device|node|watt|w)s?\b": "tflops per gpu",
    },
    refuses=("flops", "flops per image"),
)
_BIT_OPERATIONS = Pattern(
    "operations on bits, in small letters",
    {r"\bbops\b(?=\s?[(\[/])": "bops (g)", r"\bbit[-\s]?op": "bit operations"},
    refuses=("bops", "bflops (g)"),
    flags=re.NOFLAG,
)
_SHARE_OF_OPERATIONS = Pattern(
    "a header of a share of operations, or of a change of them, in small letters",
    {
        r"flops?\s?(?:%|ratio|reduc\w*|sav\w*|↓)": (
            "flops %",
            "flop ratio",
            "flops reduction",
            "flops saved",
            "flops ↓",
        ),
        rf"{_CHANGE}.{{0,24}}flop": ("reduction rate params / flops", "∆ flops", "relative gflops"),
        rf"flops?\s?{_CHANGE}": "flops increase",
    },
    refuses=("flops (g)", "params %"),
    flags=re.NOFLAG,
)
PARAMETERS = Pattern(
    "the number of parameters",
    {
        r"#\s?-?p(?:ara?(?:m\w*|s)?)?\b": ("# param.", "#p"),
        r"\bparms?\b": "parms",
        r"\b(?:par\.?|weights)\s?(?=[(\[][mbk][)\]])": ("par (m)", "weights (m)"),
        r"(?:^|\s)p\s?[(\[][mbk][)\]]$": ("p (m)", "detector p (m)"),
        r"\bparameter\s?(?=[(\[](?:in\s)?(?:[mbk][)\]]|mil|bil|×|10))": "parameter (m)",
        r"\bn?params(?:\b|(?=x\s?10))": ("params", "params×10^6"),
        r"^(?:mio\.?\s?)?param\b": "mio. param",
        r"(?<![\w-])param(?=[.#]|\s?[(\[]|$)": ("total param.", "detector param (m)", "128 param#"),
        r"\|\s?θ\s?\|": "|θ|",
        r"(?:\b|of)parameters\b": ("parameters", "number ofparameters"),
        r"\bparameter (?:count|size|number)": "parameter count",
        r"^(?:(?:total|overall|number of|num\.? of|no\. of|#\s?of|#)\s?)weights\b": ("total weights", "# weights"),
        r"^(?:model |network )?size$": "model size",
        r"^(?:model )?size\s?\((?:in )?(?:[mb]\b|million|#\s?(?:p|\)))": ("size (m)", "model size (# params)"),
        r"\bno\. of p\b": "no. of p",
    },
    refuses=("bias parameter", "image size", "p", "speed w/o re-param", "# partitions", "weights"),
)
NOT_PARAMETERS = Pattern(
    "a share, a change or a setting of parameters",
    {
        r"hyper-?param": "hyper-parameters",
        r"/\s?param": "acc / params",
        r"per\sparam": "bits per param",
        r"param\w*\.?\s?(?:ratio|reduc\w+|sav\w+|eff\w+|shar\w+|compression|group|setting|values?\b)": (
            "params reduction",
            "parameter sharing",
        ),
        rf"{_CHANGE}.{{0,24}}param": ("reduction in params", "∆ params", "extra params (k)"),
        r"param\w*\.?\s?(?:\w+\s?)?\(?%": ("params (%)", "parameters conv(%)"),
        r"param\w*\.?\s?(?:models|networks)\b|\bmodels?\s?[(\[]#?\s?param": (
            "< 2m param. models",
            "models (parameters)",
        ),
        r"param[^=]{0,20}=+\s?\d": "param.probab. = 100",
        r"\bparams?\s?↓": "params ↓",
        r"\bmb\b": "params (mb)",
        r"shared\sparam": "shared params",
    },
    refuses=("params (m)", "parameters"),
)
PART_OF_PARAMETERS = Pattern(
    "a part of the model's parameters, where a header counts parameters",
    {
        r"\bn?act\b": "act params",
        r"embed\w*": "embedding params",
        r"w/o emb": "params w/o emb.",
        r"non-?emb\w*": "non-emb params",
        r"trainable": "trainable params",
        r"trained param": "trained params",
        r"active": "active params",
        r"activated": "activated params",
        r"conv\w*\sparam": "conv params",
        r"\bfc\b": "fc params",
        r"encoder": "encoder params",
        r"decoder": "decoder params",
    },
    refuses=("params", "total params"),
)
PART_OF_MODEL = Pattern(
    "a part of the model",
    {
        r"\b(?:backbone|head|neck|encoder|decoder|embeddings?|attention|router)\b": (
            "backbone flops",
            "params of embeddings",
        )
    },
    refuses=("heads", "model"),
)
OTHER_QUANTITIES = Pattern(
    "a quantity of its own that is none of ours",
    {
        r"\bfps\b": "test fps",
        r"\blatency\b": "latency",
        r"\bthroughput\b": "throughput",
        r"\bmem(?:ory|\.)?(?!\w)": "peak mem.",
        r"\bim(?:age|g)?s?\.?\s?/\s?s": "img/s",
        r"\bsamples?\s?/\s?s": "samples/s",
        r"\bs\s?/\s?im": "s/img",
        r"\bms\s?/": "ms / batch",
        r"/\s?ms\b": "frames/ms",
        r"\(\s?(?:ms|s|sec|gb|mb|hrs?|hours|days)\s?\)": "inference (ms)",
        r"\btimes?\b(?!\s?step)": "test time",
        r"\bspeed\w*": "speedup",
        r"\bgpu-?\s?(?:days|hours)": "gpu hours",
        r"\bcore-?days": "core-days",
        r"\blearning rate\b": "learning rate",
        r"\bbatch(?:\s?-?size)?\b": "batch size",
        r"\bresolution\b": "resolution",
        r"(?<![\d-])(?<!\d\s)\bbit(?:s|[-\s]?widths?)\b": ("bits (w/a)", "bit-width"),
        r"\bw\s?/\s?a\b": "w/a",
        r"\b(?:image|input|img\.?|test|train|crop) size\b": "crop size",
        r"\bnumber of (?!error)": "number of layers",
        r"\bruntime\b": "runtime",
        r"\bcost\b": "cost",
        r"\bcpu\b": "cpu",
        r"\btpu\w*\b": "tpus",
    },
    refuses=("time step", "number of errors", "member", "8-bit", "4 bits", "bit-m"),
)
NO_RESULT = Pattern(
    "a header over numbers that are no result of the benchmark: of training data, of changed inputs",
    {
        r"\btrain(?:ing)?[-\s.]+(?:set[-\s])?(?:top-?\s?[15]|acc|err|f1|em\b|bleu|ap\b|perf)": (
            "train top-1 acc",
            "training error",
        ),
        r"\b(?:acc(?:uracy|\.)?|err(?:or|\.)?)\s?[,(]?\s?(?:on\s)?train(?:ing)?(?:\sset)?\)?$": "accuracy (train)",
        r"^(?:train|training (?:set|split|data))$": "Train",
        r"\b(?:rotated|blurred|occluded|corrupted|perturbed|attacked|distorted|stylized)\b": "rotated 30°",
        r"\bunder\s(?:[\w-]+\s){0,2}(?:attack|noise|blur|occlusion|corruption|perturbation)s?\b": "under attack",
        r"\b(?:fgsm|pgd|auto-?attack)\b": "PGD-20",
        r"\b(?!0+\s?%)\d+\s?%\s(?:dropped|masked(?:\sout)?|hidden|erased|shuffled|missing)\b": "25% dropped",
        r"\b(?:attack success|agreement|sparsity|sparsification|compression)\b": "agreement (%)",
    },
    refuses=("training", "top-1 acc", "trained on ImageNet", "adversarial training", "0% dropped", "50% pruned"),
)
_DIFFERENCE_WORDS = Pattern(
    "a difference between two results",
    {
        r"[∆Δδ]": "Δ",
        r"\bdelta\b": "delta",
        r"\b(?:rer|werr)\b": "RER (%)",
        r"\bgain\b": "gain",
        r"\bimprov\w+": "improvement",
        r"\bdiff\w*\b": "diff.",
        r"\bdegradation\b": "degradation",
        r"\babs(?:olute)?\.?\s(?:gain|imp)": ("absolute gains", "Abs. Imp."),
        r"\brel(?:ative)?\.?\b": "rel. err",
        r"\b(?:in|de)crease\b": ("increase", "decrease in error"),
        r"\bdrop\b(?!\s?-?(?:out|path))": "acc. drop",
        r"\bgap\b": "gap",
    },
    refuses=("drop path", "again", "relu"),
)
# a header made of nothing but these (and numbers, units, brackets) is none of ours either
_OTHER_WORDS = frozenset(
    """depth layers layer dim dims dimension dimensions width heads head hidden batch size minibatch mini epochs
    epoch steps step iter iters iterations iteration lr learning rate warmup warm up speed speedup fps hz time
    latency ms msec sec secs s second seconds hour hours h hrs hr day days d gpu gpus cost memory mem mb gb g
    year years resolution input image img throughput images tokens token vocab vocabulary words word sentences
    sents examples samples proposals anchors anchor stride kernel k n m l t r c w dk dv dff dmodel model dropout
    pdrop drop ls decay momentum rank temperature ratio gain beam alpha beta gamma α β γ σ λ τ θ φ η ε κ μ
    cardinality bottleneck core cores tpu tpuv tpus crop crops view views channels channel output outputs stage
    stages block blocks patch mlp window seq sequence length len bit bits frame frames scale scales flip
    ensemble ref refs venue config configuration index id no of and per in for the to train training trained
    data set test inference std stdev variance p value values relative reduction weight path threshold nms score
    num count number total x params avg average # % setting settings type pre pretrain pretraining pretrained
    dataset augmentation aug aug. optimizer init initial initialization method schedule sched sched. year. stem op ops
    updates update source target src tgt""".split()
)
_CAPITAL_INSIDE = re.compile(r"\b[A-Z][a-z]+[A-Z](?![a-z]*s\b)")  # "BiT-L" is a name, whatever its words mean
_CODE_NAME = re.compile(r"(?<![\w-])[A-Z]-?\d{2,3}(?:-\w+)*(?![\w.])")  # "R-50", "X101": a network's short name
_SPLIT_WORDS = frozenset("test val valid validation dev development set".split())
_NUMBER_FORMAT = Pattern(
    "the precision of numbers, which is no metric",
    {
        r"(?:mixed|full|half|single|double|low|lower|reduced|high|higher|numerical|arithmetic|weight|activation)": (
            "Mixed Precision",
            "full-precision",
        ),
        r"(?:fp|bf|int|tf)-?\d+": "FP16 precision",
        r"\d+-?\s?bits?": "8-bit precision",
    },
    refuses=("Precision", "average precision"),
    before=r"\b",
    after=r"[-\s]precision\b",
)
_AT_RANK = re.compile(r"\b[PR]@[15]\b")  # precision and recall at rank 1 or 5 of one label: top-1 and top-5 accuracy
# average precision at an overlap is AP, neither precision nor IoU
_PRECISION_AT = Pattern(
    "average precision, or an overlap, which are neither precision nor a score of IoU",
    {
        r"(?:\bav(?:era)?ge?\.?|\bmean average)\s*\.?\s*precision": ("Avg. Precision", "mean average precision"),
        r"@?\s?\bIoU\s?[:=@]?\s?(?:[≥>]\s?)?(?=0?\.\d|\[|$|:)": ("@IoU=0.5", "IoU ≥ .75"),
    },
    refuses=("Precision", "IoU loss"),
)


@lru_cache(maxsize=4096)
def read_header(text: str, benchmarks: tuple[str, ...] = ()) -> Says:
    """What a header or a row label says; `benchmarks` are those that it names in this paper."""
    text = " ".join(text.split())
    if not text:
        return Says(text)
    low = _GLUED.sub(r"\g<count> ", fold(text).replace("^", " ").replace("_", " "))
    quantity, scale, refusal = _count(low, text)
    untracked = not benchmarks and (
        bool(find_untracked_datasets(text)) or names_one_language(text) or names_language_pair(text)
    )
    untracked_metric = _names_untracked_metric(text, low)
    named = metric_named(text)
    if quantity is None and named and not untracked_metric:
        quantity = Field.SCORE
    elif quantity is None and (untracked_metric or _is_other_quantity(low, text, names_data=bool(benchmarks))):
        quantity = OTHER
    is_setting = quantity == OTHER and not untracked_metric and not OTHER_QUANTITIES.search(low) and low[:1] != "#"
    return Says(
        text, quantity, scale, refusal, benchmarks, untracked, untracked_metric, named, split_of(low),
        bool(_DIFFERENCE_WORDS.search(low)), is_setting,
    )  # fmt: skip


def _names_untracked_metric(text: str, low: str) -> bool:
    rest = _NUMBER_FORMAT.sub(" ", _PRECISION_AT.sub(" ", LETTER_OF_NAME.sub(" ", text)))
    joint = low == "head"  # beside shoulders and knees: one joint's PCKh
    return joint or (bool(find_untracked_metrics(rest)) and not _AT_RANK.search(text))


def _is_other_quantity(low: str, text: str, *, names_data: bool) -> bool:
    if OTHER_QUANTITIES.search(low):
        return True
    named = _CAPITAL_INSIDE.search(text) or _CODE_NAME.search(text)
    other = low.startswith("#") or (_only_other_words(low) and not named)
    return other and not names_data and not is_way_of_testing(text)


def _only_other_words(low: str) -> bool:
    words = [w for w in re.findall(r"[^\W_]+", low) if not w[0].isdigit()]
    if words and all(w in _SPLIT_WORDS for w in words):
        return False  # "Test" alone: the part of the data that the caption's metric was measured on
    return bool(words) and all(w in _OTHER_WORDS for w in words)


def _count(low: str, text: str) -> tuple[str | None, float | None, Reason | None]:
    """The count that the text names, its unit and why it is not kept; all None where it names none."""
    if PETAFLOP_DAYS.search(low):
        return Field.TRAINING_FLOPS, PETAFLOP_PER_S_DAY, None
    multiply_adds, operations = MULTIPLY_ADDS.search(low), OPERATIONS.search(low)
    if operations and operations.group().strip("- ") == "flop" and "FLOP" not in text:
        operations = None  # a flop of cards
    if multiply_adds or operations:
        return _operations(low, multiply_adds=multiply_adds is not None)
    if PARAMETERS.search(low):
        if NOT_PARAMETERS.search(low):
            return OTHER, None, None
        return Field.PARAMETERS, unit_of(low), _part(PART_OF_PARAMETERS.search(low) or PART_OF_MODEL.search(low))
    return None, None, None


def _operations(low: str, *, multiply_adds: bool) -> tuple[str, float | None, Reason | None]:
    """The kind of operations that the text counts, their unit and why they are not kept."""
    if RATE.search(low) or _BIT_OPERATIONS.search(low) or (_SHARE_OF_OPERATIONS.search(low) and not multiply_adds):
        return OTHER, None, None
    if OF_TRAINING.search(low):
        return Field.TRAINING_FLOPS, unit_of(low), None
    if multiply_adds:
        return Field.MULTIPLY_ADDS, unit_of(low), _part(PART_OF_MODEL.search(low))
    return Field.FLOPS, unit_of(low), _part(PART_OF_MODEL.search(low))


def _part(match: re.Match[str] | None) -> Reason | None:
    return Reason(Refusal.PART_OF_MODEL, match.group()) if match else None


# --- units ------------------------------------------------------------------------------------------------------------

_BRACKET = r"[(\[/,]\s?(?:in\s|×|x|\*|·|#\s?)?\s?"
_MAGNITUDE = r"10\s?\^?\s?\d{1,2}|billions?|millions?|thousands?|mio\.?|mil\.?|bil\.?|bn|mn|[kmgbt]"
PRINTED_UNIT = Pattern(
    "a magnitude behind a quantity: in brackets, behind a sign of multiplication, or in words",
    {
        rf"{_BRACKET}(?P<unit>{_MAGNITUDE})(?:\s?(?:params?|flops?|ops?))?\s?[)\]]?(?![a-z])": (
            "params (m)",
            "flops [in billions]",
        ),
        r"(?:×|x|\*|·)\s?(?P<power>10\s?\^?\s?\d{1,2})\b": "params x10^6",
        r"\bin\s(?P<word>billions?|millions?|thousands?|[kmgbt])\b": ("flops in billions", "flops in g"),
    },
    refuses=("params (%)", "flops"),
)
PREFIXED_UNIT = Pattern(
    "a magnitude glued to a quantity, or a letter beside it",
    {
        r"\b(?P<p>[kmgtpezb])-?\s?(?:flops?|macs?|madds?|ops)\b": "gflops",
        r"\b(?P<word>giga|mega|tera|peta|exa|zetta|kilo)-?\s?(?:flops?|macs?)": "exa-flops",
        r"\b(?P<long>b|bn|billion|million|mio|m|g)\.?\s(?:ops|flops?|macs?|mult\w*|params?)\b": "million params",
        r"\bflops?\s(?P<after>[mgbt])\b": "flops g",
        r"\bparam(?:eter)?s?\.?(?:\s(?:size|count))?\s(?P<pafter>[mbk])\b": ("params m", "parameter size b"),
    },
    refuses=("flops", "params"),
)
_SCALES = {
    "k": 1e3, "kilo": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "mil": 1e6, "mio": 1e6, "mn": 1e6, "mega": 1e6,
    "b": 1e9, "bn": 1e9, "billion": 1e9, "bil": 1e9, "g": 1e9, "giga": 1e9, "t": 1e12, "tera": 1e12, "p": 1e15,
    "peta": 1e15, "e": 1e18, "exa": 1e18, "z": 1e21, "zetta": 1e21,
}  # fmt: skip


def unit_of(low: str) -> float | None:
    """What "(M)", "×10^6", "in billions", "GFLOPs" multiply by; None where no unit is printed."""
    match = PREFIXED_UNIT.search(low) or PRINTED_UNIT.search(low)
    if match is None:
        return None
    unit = next(group for group in match.groups() if group)
    if unit.startswith("10") and len(unit) > 2:
        return 10.0 ** int(re.sub(r"10\s?\^?\s?", "", unit, count=1))
    return _SCALES.get(unit.rstrip(".s")) or _SCALES.get(unit.rstrip("."))
