"""What a header, a row label or a caption says of the numbers under it: quantity, unit, metric, benchmark, split."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from db.models import Field
from db.reference.benchmarks import benchmark, find_metric
from db.reference.printed_names import fold
from db.reference.untracked import find_untracked_datasets, find_untracked_metrics
from extract.language.languages import LANGUAGE, names_language_pair
from extract.language.metrics import PETAFLOP_PER_S_DAY, split_of

OTHER = "other"  # a quantity that is none of ours: depth, speed, perplexity


@dataclass(frozen=True)
class Says:
    """What one text says. `quantity` is a Field, OTHER, or None where the text names no quantity."""

    text: str
    quantity: str | None = None
    scale: float | None = None  # what the unit multiplies by
    refusal: str | None = None  # why numbers under it are not kept though the quantity is one of ours
    benchmarks: tuple[str, ...] = ()
    untracked: bool = False  # names a data set that is not tracked
    untracked_metric: bool = False
    metrics: bool = False  # names a metric of some benchmark
    split: str | None = None
    difference: bool = False


_SPACE = re.compile(r"\s+")
_MADD = re.compile(
    r"(?<!\w)x\s?\+(?=\s?(?:\(|$))|\b[kmgt]?[-\s]?madds?\b|\b[kmgt]?macs?\b|\bmult(?:i|iply"
    r"|iplication)?s?[-–\s]*(?:and[-\s])?(?:adds?|additions?|acc\w*)\b"
    r"|\bmulti-adds?\b|\bmac operations\b|multiply[-\s]?accumulat\w+|#\s?mult\w*\b|\bm-adds\b"
    r"|\bmul-adds?\b|\bmadd\b|\b[mgb]madds?\b|\b[kmgt]?maccs?\b|\bmult?\.?\s?[+/&]\s?adds?\b|(?<!\w)\+\s?[x×](?=\s?(?:\(|$))"
)
_FLOP = re.compile(
    r"\b(?:[kmgtpezb]|giga|mega|tera|peta|exa|zetta|kilo)?-?flop?s?\b|\bfloating[-\s]point\soper\w+"
    r"|\b(?:b|bn|billion|g|m|million)\s?ops\b|#\s?ops\b|\b[gm]ops\b|\bnum\.? ops\b"
    r"|#?\s?\bops\s?[(\[](?=(?:in\s)?(?:[kmgbt]|×|x|10|mil|bil)[^a-z]?)|\b(?:number of )?operations\b"
    r"|^#?\s?ops\.?$|\bgflop\b|\bops\s?/\s?(?:time\w*step|step|image|example|sample|frame)\b"
)
_TRAINING = re.compile(
    r"\b(?:pre-?)?train(?:ing)?\s(?:\w+\s)?(?:cost|compute|computation|budget|[kmgtpez]?flops?)\b"
    r"|\bcost (?:of|for) (?:pre-?)?training"
    r"|(?:total|overall)\s(?:train\w*\s)?(?:compute|computation)|\b(?:exa|zetta)-?flops?\b|\b[ze]flops?\b"
    r"|flops?\s(?:for|to|used for|of)\s(?:train|pre)"
)
_PETAFLOP_DAYS = re.compile(r"\b(?:pf|petaflops?|pflops?)\s?(?:/\s?s|[-\s]?s|s)?[-\s/·]*days?\b")
_RATE = re.compile(
    r"/\s?s(?:ec\w*)?\b|\bper\ssec\w*|\bps\b|utili[sz]ation|\bpeak\b|throughput|effective|sustained"
    r"|\bflops/s\b|\bs\s?-1\b|flops?\s?(?:/|per)\s?(?:gpu|tpu|core|chip|device|node|watt|w)s?\b"
)
_PARAMETERS = re.compile(
    r"#\s?-?p(?:ara?m?\w*|ars?)?\b|\bparms?\b|\bpar\.?\s?(?=[(\[][mbk][)\]])|^p\s?[(\[][mbk][)\]]$"
    r"|\bparameter\s?(?=[(\[](?:in\s)?(?:[mbk][)\]]|mil|bil|×|10))"
    r"|\bn?params\b|^(?:mio\.?\s?)?param\b|\bparam\.|\bparameters\b|\bparameter (?:count|size"
    r"|number)|^(?:(?:total|overall|number of|num\.? of|no\. of|#\s?of)\s)?#?\s?weights\b"
    r"|^(?:model |network )?size$|^model size(?=\s?\((?:[mb]|#|million))|^size\s?\((?:[mb]|million"
    r"|# ?param\w*)\)|\bno\. of p\b"
)
_NOT_PARAMETERS = re.compile(
    r"hyper-?param|/\s?param|per\sparam|param\w*\.?\s?(?:ratio|reduc\w+|sav\w+|eff\w+|saving|shar\w+"
    r"|sharing|compression|group|setting|values?\b)"
    r"|(?:ratio|reduc\w+|increase)\b.{0,12}param|params?\.?\s?\(?%|\bparams?\s?↓|\bmb\b|shared\sparam"
)
_PARTIAL = re.compile(
    r"\bn?act\b|embed\w*|w/o emb|non-?emb\w*|trainable|trained param|active|activated|conv\w*\sparam"
    r"|\bfc\b|encoder|decoder"
)
# named anywhere in a header, these are a quantity of their own
_PART_OF_MODEL = re.compile(r"\b(?:backbone|head|neck|encoder|decoder|embeddings?|attention|router)\b")
_OTHERS = re.compile(
    r"\bfps\b|\blatency\b|\bthroughput\b|\bmemory\b|\bmem\.?\b|\bimg(?:s|\.)?\s?/\s?s"
    r"|\bimages?\s?/\s?s|\bsamples?\s?/\s?s|\bs\s?/\s?im|\bms\s?/|/\s?ms\b"
    r"|\(\s?(?:ms|s|sec|gb|mb|hrs?|hours|days)\s?\)"
    r"|\btimes?\b(?!\s?step)|\bspeed\w*|\bgpu-?\s?(?:days|hours|time)|\bcore-?days|\blearning rate\b"
    r"|\bbatch(?:\s?-?size)?\b|\bresolution\b|\b(?:image|input|img\.?|test|train|crop) size\b"
    r"|\b#\s?(?:layers?|samples|examples|images|tokens|proposals|anchors|heads|epochs|iter\w*|steps"
    r"|gpus?|models?)|\bnumber of (?!error)|\bruntime\b|\bcost\b|\bcpu\b|\btpu\w*\b"
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
    dataset augmentation aug aug. optimizer init initialization method schedule sched sched. year. stem op ops
    updates update source target src tgt""".split()
)
_CAPITAL_INSIDE = re.compile(r"\b[A-Z][a-z]+[A-Z](?![a-z]*s\b)")  # "BiT-L" is a name, whatever its words mean
_SPLIT_WORDS = frozenset("test val valid validation dev development set".split())
_DIFFERENCE = re.compile(
    r"[∆Δδ]|\bdelta\b|\bgain\b|\bimprov\w+|\bdiff\w*\b|\bdegradation\b|\babs(?:olute)?\.?\s(?:gain"
    r"|impr)|\brel(?:ative)?\.?\b|\bincrease\b|\bdrop\b(?!\s?-?(?:out|path))|\bgap\b"
)
_UNIT = re.compile(
    r"[(\[/,]\s?(?:in\s|×|x|\*|·|#\s?)?\s?(?P<unit>10\s?\^?\s?\d{1,2}|billions?|millions?|thousands?"
    r"|mio\.?|mil\.?|bil\.?|bn|mn|[kmbgt])(?:\s?(?:params?|flops?|ops?))?\s?[)\]]?(?![a-z])"
    r"|(?:×|x|\*|·)\s?(?P<power>10\s?\^?\s?\d{1,2})\b|\bin\s(?P<word>billions?|millions?|thousands?)\b"
)
_PREFIX = re.compile(
    r"\b(?P<p>[kmgtpezb])-?\s?(?:flops?|macs?|madds?|ops)\b|\b(?P<word>giga|mega|tera|peta|exa|zetta"
    r"|kilo)-?\s?(?:flops?|macs?|flop)"
    r"|\b(?P<long>b|bn|billion|million|mio|m|g)\.?\s(?:ops|flops?|macs?|mult\w*|params?)\b"
    r"|\bflops?\s(?P<after>[mgbt])\b|\bparams?\.?\s(?P<pafter>[mbk])\b"
)
_SCALES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "mil": 1e6, "mio": 1e6, "mn": 1e6,
    "mega": 1e6, "b": 1e9, "bn": 1e9,
    "billion": 1e9, "bil": 1e9, "g": 1e9, "giga": 1e9, "t": 1e12, "tera": 1e12, "p": 1e15, "peta": 1e15, "e": 1e18,
    "exa": 1e18, "z": 1e21, "zetta": 1e21, "kilo": 1e3,
}  # fmt: skip


@lru_cache(maxsize=4096)
def read_header(text: str, benchmarks: tuple[str, ...] = ()) -> Says:
    """What a header or a row label says; `benchmarks` are those that it names in this paper."""
    text = _SPACE.sub(" ", text).strip()
    if not text:
        return Says(text)
    low = fold(text).replace("^", " ").replace("_", " ") if "^" in text or "_" in text else fold(text)
    quantity, scale, refusal = _quantity(low, text)
    untracked = not benchmarks and (
        bool(find_untracked_datasets(text)) or bool(LANGUAGE.fullmatch(text)) or names_language_pair(text)
    )
    rest = _PRECISION_AT.sub(" ", _REGION_NETWORK.sub(" ", text))
    untracked_metric = bool(find_untracked_metrics(rest)) and not _AT_RANK.search(text)
    untracked_metric = untracked_metric or low == "head"  # beside shoulders and knees: one joint's PCKh
    named = metric_named(text, low)
    if quantity is None:
        if named and not untracked_metric:
            quantity = Field.SCORE
        elif (
            untracked_metric
            or _OTHERS.search(low)
            or (not benchmarks and _only_other_words(low) and not _CAPITAL_INSIDE.search(text))
            or (not benchmarks and low.startswith("#"))
        ):
            quantity = OTHER
    return Says(
        text, quantity, scale, refusal, benchmarks, untracked,
        untracked_metric, named, split_of(low), bool(_DIFFERENCE.search(low)),
    )  # fmt: skip


def _only_other_words(low: str) -> bool:
    words = [w for w in re.findall(r"[^\W_]+", low) if not w[0].isdigit()]
    if words and all(w in _SPLIT_WORDS for w in words):
        return False  # "Test" alone: the part of the data that the caption's metric was measured on
    return bool(words) and all(w in _OTHER_WORDS for w in words)


def _quantity(low: str, text: str) -> tuple[str | None, float | None, str | None]:
    """The quantity that is no score, its unit and why it is not kept."""
    if _PETAFLOP_DAYS.search(low):
        return Field.TRAINING_FLOPS, PETAFLOP_PER_S_DAY, None
    has_madd, has_flop = _MADD.search(low), _FLOP.search(low)
    if has_flop and has_flop.group().strip("- ") == "flop" and "FLOP" not in text:
        has_flop = None  # a flop of cards
    if has_madd or has_flop:
        scale = unit_of(low)
        if _RATE.search(low) or (
            has_flop and not has_madd and re.search(r"flops?\s?(?:%|ratio|reduc\w*|sav\w*|↓)", low)
        ):
            return OTHER, None, None
        if _TRAINING.search(low):
            return Field.TRAINING_FLOPS, scale, None
        part = _PART_OF_MODEL.search(low)
        refusal = f"counts a part of the model ({part.group()})" if part else None
        if has_madd:
            return Field.MULTIPLY_ADDS, scale, refusal
        if "flop" not in low and not re.search(r"ops\b|operations", low):
            return OTHER, None, None
        return Field.FLOPS, scale, refusal
    if _PARAMETERS.search(low):
        if _NOT_PARAMETERS.search(low):
            return OTHER, None, None
        partial = _PARTIAL.search(low) or _PART_OF_MODEL.search(low)
        return Field.PARAMETERS, unit_of(low), f"counts a part of the model ({partial.group()})" if partial else None
    return None, None, None


def unit_of(low: str) -> float | None:
    """What "(M)", "×10^6", "in billions", "GFLOPs" multiply by; None where no unit is printed."""
    match = _PREFIX.search(low)
    if match:
        unit = match["p"] or match["word"] or match["long"] or match["after"] or match["pafter"]
        return _SCALES[unit]
    match = _UNIT.search(low)
    if match is None:
        return None
    unit = match["unit"] or match["power"] or match["word"]
    if unit.startswith("10") and len(unit) > 2:
        exponent = re.sub(r"10\s?\^?\s?", "", unit, count=1)
        return 10.0 ** int(exponent)
    return _SCALES.get(unit.rstrip(".s")) or _SCALES.get(unit.rstrip("."))


# Metrics.

_REGION_NETWORK = re.compile(r"(?<![\w-])R-(?:CNN|FCN|SSD)(?!\w)")  # the R is no recall
_AT_RANK = re.compile(r"\b[PR]@[15]\b")  # precision and recall at rank 1 or 5 of one label: top-1 and top-5 accuracy
# average precision at an overlap is AP, neither precision nor IoU
_PRECISION_AT = re.compile(
    r"(?:\bav(?:era)?ge?\.?|\bmean average)\s*\.?\s*precision|@?\s?\bIoU\s?[:=@]?\s?(?:[≥>]\s?)?(?=0?\.\d|\[|$|:)",
    re.IGNORECASE,
)
# "mAP val 50", "AP test .75"; "50-95" is over all thresholds
_AP_AT = re.compile(
    r"\bm?AP\s?_?(?:val(?:idation)?|test(?:-?dev)?|box|bbox)\s?_?@?\s?(?P<at>(?:0?\.)?(?:50?|75))(?![\d.]|\s?[-–:]\s?[\d.])",
    re.IGNORECASE,
)
_SIZE_METRIC = frozenset({"aps", "apm", "apl"})
_AP_WORDS = re.compile(r"\bm?ap|\biou|\barea|average precision|\bavg|\bprecision", re.IGNORECASE)
_CLASSIFICATION = ("imagenet", "cifar10", "cifar100")
_ERROR = re.compile(r"\berr(?:or)?s?\b|\berror\srates?\b", re.IGNORECASE)
_ACCURACY = re.compile(r"\bacc(?:urac(?:y|ies))?\b|\bprec(?:ision)?\s?@\s?[15]|\bacc@|\b[pr]@[15]\b", re.IGNORECASE)
# "T1/T5", "T-1 err"; T5 alone is a model
_TOP1 = re.compile(r"\btop[-\s–−‐]?1\b|@1\b|\bt-1\b|\bt1(?=\s?(?:/|err|acc|\())|\b1st\b", re.IGNORECASE)
_TOP5 = re.compile(
    r"\btop[-\s–−‐]?5\b|@5\b|(?<!\w)t-5\b(?=\s?(?:$|err|acc))|(?<=t1/)t5\b|\bt5(?=\s?(?:err|acc))", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def metric_named(text: str, low: str) -> bool:
    """Whether the text names a metric of any tracked benchmark, a data set's own name apart."""
    if _TOP1.search(text) or _TOP5.search(text) or _ERROR.search(text) or _ACCURACY.search(text):
        return True
    # "mean", "total", "F", "NER" and data sets' own names mean a metric only where the benchmark is known to be theirs
    rest = BENCHMARKS_OWN.sub(" ", text)
    return any(m not in _SIZE_METRIC or _AP_WORDS.search(rest) for m in find_metric(None, rest))


BENCHMARKS_OWN = re.compile(
    r"(?<![\w-])(?:mean|total|f|ner|small|medium|large|easy|hard|sw|swb|swbd|switchboard|ch|chm|che|callhome|"
    r"en.?(?:to.?)?de|en.?(?:to.?)?fr|c-?100?\+?)(?![\w-])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ClassificationMetric:
    """Rank (1 or 5) and sense ("error" or "accuracy") as far as a text says."""

    rank: int | None
    sense: str | None


def classification_metric(text: str) -> ClassificationMetric:
    """What the text says of rank and sense; both ranks named ("top-1 / top-5") gives no rank."""
    one, five = bool(_TOP1.search(text)), bool(_TOP5.search(text))
    rank = 1 if one and not five else 5 if five and not one else None
    error, accuracy = bool(_ERROR.search(text)), bool(_ACCURACY.search(text))
    sense = "error" if error and not accuracy else "accuracy" if accuracy and not error else None
    return ClassificationMetric(rank, sense)


def names_both_ranks(text: str) -> bool:
    """Whether the text says "top-1 / top-5" or "top-1/5"."""
    return bool(_TOP1.search(text) and _TOP5.search(text)) or bool(
        re.search(r"top[-\s]?1\s?(?:/|&|and|,)\s?5\b", text, re.IGNORECASE)
    )


def resolve_metric(
    benchmark_id: str, texts: Sequence[str], values: Sequence[float], *, mask: bool = False
) -> list[str]:
    """The metric ids of a benchmark that the texts name, the nearest text first (header, then caption, then prose).

    `values` are the numbers in the column: they decide between error and accuracy where no text does. Two ids mean
    that cells hold pairs ("76.3/93.2").
    """
    if benchmark_id in _CLASSIFICATION:
        return _classification(benchmark_id, texts, values)
    if texts and _ACCURACY.search(texts[0]) and not re.search(r"\bm?ap\b", texts[0], re.IGNORECASE):
        return []  # accuracy is no metric of these
    for text in texts:
        found = find_metric(benchmark_id, text)
        if benchmark_id in ("coco", "coco_keypoints") and found:
            found = [m for m in found if m not in _SIZE_METRIC or _AP_WORDS.search(" ".join(texts[:2]))]
            kept = _coco(text, found, mask)
            if found and not kept:
                return []  # the header names a metric, one that is not kept: no farther text can say another
            found = kept
        if found:
            known = benchmark(benchmark_id)
            return [found[0]] if known else []
    return []


def _coco(text: str, found: list[str], mask: bool) -> list[str]:
    """Mask AP kept apart: of a mask column only the AP over all thresholds is tracked."""
    if not found:
        return []
    if found == ["box_ap"] and re.search(r"\bsmall objects?\b", text, re.IGNORECASE):
        found = ["aps"]
    overlap = _AP_AT.search(text) if found == ["box_ap"] else None
    if overlap:
        found = [f"ap{overlap['at'].lstrip('0.').ljust(2, '0')}"]
    if mask:
        if re.search(r"50|75|\.5\b|(?<=AP)\s?_?[SML]\b", text) and not re.search(r"0?\.5\s?:", text):
            return []
        return ["mask_ap"] if found[0] in ("box_ap", "mask_ap", "apm") else []
    if found[0] == "mask_ap" and len(text) > 60:
        found = ["box_ap"]  # a caption names both; what is no mask column is a box column
    if found[0] == "mask_ap" and re.search(r"50|75|_[SML]\b", text):
        return []
    return found


def _classification(benchmark_id: str, texts: Sequence[str], values: Sequence[float]) -> list[str]:
    rank: int | None = None
    sense: str | None = None
    both = False
    for i, text in enumerate(texts):
        says = classification_metric(text)
        both = both or (i < 2 and rank is None and names_both_ranks(text))
        rank = rank or (None if both else says.rank)
        sense = sense or says.sense
        if sense and (rank or both):
            break
    if sense is None:
        if not any(_TOP1.search(t) or _TOP5.search(t) for t in texts):
            named = [m for t in texts for m in find_metric(benchmark_id, t)]
            if not named:
                return []
        if not values:
            return []
        middle = sorted(values)[len(values) // 2]
        sense = "accuracy" if middle > 50 or (middle <= 1 and middle > 0.5) else "error"
    if benchmark_id != "imagenet":
        return [sense] if rank != 5 else []
    if both:
        return [f"top1_{sense}", f"top5_{sense}"]
    return [f"top{rank or 1}_{sense}"]
