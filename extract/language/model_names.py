"""The names a paper gives its own models, and the names it cites others' models by.

Own: the title's word before the colon, "we propose X", "called X", "X (ours)", an abbreviation defined for one of
them. Cited: a name with a citation mark behind it ("X [12]", "X (Ho et al., 2016)").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from db.models import normal_name
from db.reference.benchmarks import find_benchmarks, load_benchmarks
from db.reference.hardware import find_devices
from db.reference.untracked import find_untracked_datasets
from extract.layout.passages import Passage

CITATION = re.compile(
    r"(?<!/)\[\s?\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\s?\]"  # [12], [3, 14]; "S/[256]" is a setting
    r"|(?<!/)\[\s?1?\d{1,2}(?:\s?;\s?1?\d{1,2})+\s?\]"  # [3; 14], and not the range [256; 512]
    r"|\[[A-Z][A-Za-z+]{1,8}\d{2}[a-z]?(?:,\s[A-Z][A-Za-z+]{1,8}\d{2}[a-z]?)*\]"  # [VSP+17]
    r"|\bet\s?\.?\s?al\b\.?"
    r"|[A-Z][\w'’-]+(?:\s(?:and|&)\s[A-Z][\w'’-]+)?,?\s?[(\[](?:19|20)\d\d[a-z]?[)\]]"  # Ho and Li (2016)
    r"|[(\[][^()\[\]]*[A-Z][\w'’-]+[^()\[\]]*,?\s(?:19|20)\d\d[a-z]?\s?[)\]]"  # (Ho et al., 2016)
)
_OURS = re.compile(r"\b(?:ours?|our\s\w+|this\s(?:work|paper)|proposed|we)\b", re.IGNORECASE)
_MARKED_OURS = re.compile(r"[(\[]\s?ours?\s?[)\]]|\bours\b|\bthis (?:work|paper)\b", re.IGNORECASE)
_NAME = r"[A-Z][\w]*(?:[-+/.][\w]+)*\+{0,2}"
_NAMES = rf"{_NAME}(?:[ -]{_NAME}){{0,2}}"
_PROPOSED = re.compile(
    rf"\b(?:[Ww]e|paper|work|report)\s(?:also\s|further\s|first\s|then\s|here\s|therefore\s|thus\s|have\s)?"
    rf"(?:propose|introduce|present|develop|design|describe|proposes|introduces|presents|release|call"
    rf"|named?|dub|term)d?\b"
    # no preposition may stand between: "we present a study of X" makes X nobody's
    rf"(?:(?:\s(?!(?:of|for|on|to|with|in|that|by|from|based|using|over|at|how"
    rf"|and)\b)[\w’'“\"-]+){{0,6}}?,?\s(?:the\s|an?\s)?"
    rf"|[^.;]{{0,110}}?(?:\b(?:called|named|dubbed|termed|namely|as)\s|\bi\.e\.,?\s|[:(]\s?))[“\"']?(?P<name>{_NAMES})"
)
_CALLED = re.compile(
    rf"\b(?:we\scall|called|dubbed|termed|we\sname|named|referred\sto\sas|refer\sto\s(?:it|this|them"
    rf"|this\smodel|our\s\w+)\sas|denoted?\s(?:as|by)|abbreviated(?:\sas)?|coined)\s(?:it\s|this\s"
    rf"|them\s|our\s\w+\s|the\s)?[“\"'‘]?(?P<name>{_NAMES})"
)
_DEFINED = re.compile(
    rf"\((?:(?:called|dubbed|termed|denoted|named|short|or|a\.k\.a\.)\s)?[“\"'‘]?(?P<name>{_NAME})[”\"'’]?\)"
)
_MADE = re.compile(
    r"\b(?:propos\w+|introduc\w+|present\w*|develop\w*|our|call\w*|named?|design\w*|describ\w+)\b", re.IGNORECASE
)
_OUR = re.compile(rf"\b[Oo]ur\s(?:[a-z]+,?\s){{0,3}}?[“\"'‘]?(?P<name>{_NAMES})")
# "X is the Y trained with the approach proposed in this paper"
_IS_OURS = re.compile(
    rf"(?<![\w-])(?P<name>{_NAME}(?:[ -]{_NAME})?)\s(?:is|are|denotes?|stands\sfor|refers\sto|means)\s"
    r"(?:[^.;,]{0,90}?\s)?"
    r"(?:our\s(?:\w+\s)?(?:model|method|approach|network|system|proposed)|proposed\s(?:in\sthis|here)|this\swork)"
)
_CITED_NAME = re.compile(rf"(?P<name>{_NAMES}(?:\s\([A-Za-z0-9 ×-]+\))?)\s?(?=(?P<mark>{CITATION.pattern}))")

# a name as models have them: capitals or digits inside, a size or a bracket behind ("GPT-2 small", "Mask R-CNN")
MODEL_NAME = re.compile(
    r"(?<![\w-])(?!(?:FLOPs?|FLOPS|[KMGTPE]F(?:LOP|lop)[sS]?|PF[sS]?(?:/s)?-days?|MACs?|GMACs?|GPUs?|TPUs?|CPUs?|BLEU"
    r"|m?AP(?:[a-z]{1,4}|\d*)|PCKh?|NER|POS|"
    r"MAdds|Mult-Adds|M-Adds|SGD|Adam|AdamW|EN-?DE|EN-?FR|En-?De|En-?Fr|IoU|IOU|FPS|PPL|EM|F1|WER|Top-?[15]|Acc|MS|II|III|IV)(?![\w-]))"
    r"(?:[A-Z][a-z]+\s(?=[A-Z]-[A-Z]))?"  # "Cascade R-CNN"
    r"(?=[\w.+/×-]*[A-Za-z][\w.+/×-]*[A-Za-z])[A-Z][A-Za-z]*(?:[A-Z0-9][\w]*|[-+/][\w.×]+)+"
    r"(?:[-\s](?:[A-Z]?\d[\w×.-]*|small|base|large|big|Small|Base|Large|Big|Huge))*(?:\s?\([\w×.,= -]{1,24}\))?"
)


# capitalised words that name no model of the paper
_NO_NAMES = frozenset(
    """the a an our we this it in on for and with table figure section appendix algorithm equation first second third
    imagenet coco cifar squad wmt mnist glue voc conll nlp cv ai ml gpu gpus tpu tpus cpu cnn cnns rnn rnns lstm lstms
    gru dnn dnns convnet convnets sota sgd adam bleu wer ap map f1 em fid flops mlp mlps nmt asr ner
    gan gans relu bpe crf hmm bn sec fig english german french chinese neural deep convolutional recurrent network
    networks large small base big tiny dataset github pytorch tensorflow caffe natural language processing computer
    vision object detection image classification ii iii iv i u.s arxiv https http google microsoft facebook nvidia ms
    state-of-the-art challenge nas rl transformers backbone
    however moreover specifically instead finally single multi iou
    roi rois rpn nms fpn fc dropout softmax pos srl nli qa mt lm lms llm llms nlg nlu ocr tts vqa api hpc""".split()
)


# what trains a model is none; a paper whose title names one is about it
_OPTIMISERS = frozenset(
    "adafactor adagrad adadelta rmsprop adamw adamax nadam radam amsgrad lamb lars sgdr nesterov momentum".split()
)
_GENERIC = frozenset({"transformer", "transformers", "network", "networks", "net", "nets", "detector", "model"})


@dataclass(frozen=True)
class ModelNames:
    """`own` and `cited` names in normal form; a name is a paper's own where a row label begins or ends with it."""

    own: frozenset[str]
    cited: frozenset[str]
    printed: tuple[str, ...] = ()  # own names as printed, the surest first

    def is_own(self, label: str) -> bool:
        """Whether one of the words (or runs of words) of the label is a name of the paper's own."""
        return any(run in self.own for run in _runs(label))

    def is_cited_model(self, label: str) -> bool:
        """Whether the whole label is a model that the paper cites somebody for; parts and layers are none."""
        bare = CITATION.sub(" ", label).strip()
        if not MODEL_NAME.search(bare):
            return False
        sized = _SIZED.match(bare.replace(" ", ""))
        numbered = re.match(r"(?P<name>[A-Za-z][\w-]*?)-?\d+$", bare.replace(" ", ""))
        names = [bare, *(m["name"] for m in (sized, numbered) if m)]
        return any(normal_name(name) in self.cited for name in names)

    def is_cited(self, label: str) -> bool:
        """Whether the label begins with a name that the paper cites somebody for."""
        bare = CITATION.sub(" ", label).strip()
        return normal_name(bare) in self.cited or any(run in self.cited for run in _runs(bare)[:6])


def read_names(title: str, abstract: str, passages: Sequence[Passage], own_rows: Iterable[str] = ()) -> ModelNames:
    """The paper's own names and the cited ones. `own_rows` are row labels marked "(ours)" in tables."""
    votes: Counter[str] = Counter()
    printed: dict[str, str] = {}
    cited: Counter[str] = Counter()

    def vote(name: str, weight: int) -> None:
        for one in _cleaned(name):
            key = normal_name(one)
            votes[key] += weight
            printed.setdefault(key, one)

    head = re.split(r":\s|\s[–—-]\s", title, maxsplit=1)
    if len(head) == 2 and 0 < len(head[0].split()) <= 3:
        vote(head[0], 4)
    for pattern, weight in ((_PROPOSED, 2), (_CALLED, 2), (_OUR, 2)):
        for match in pattern.finditer(abstract):
            vote(match["name"], weight)
    for match in _DEFINED.finditer(abstract):
        # an abbreviation in brackets is theirs where the sentence says that they made the thing, or the title names it
        if (
            _MADE.search(abstract[max(0, match.start() - 140) : match.start()].rsplit(". ", 1)[-1])
            or match["name"] in title
        ):
            vote(match["name"], 2)
    for passage in passages:
        text = passage.text
        for match in _CITED_NAME.finditer(text):
            for one in _cleaned(match["name"]):
                cited[normal_name(one)] += 1
        if passage.kind == "caption":
            for pattern in (_CALLED, _OUR, _IS_OURS):
                for match in pattern.finditer(text):
                    vote(match["name"], 2)
        if passage.kind != "prose":
            continue
        if "e propose" in text or "e introduce" in text or "e present" in text or " call" in text or "dub" in text:
            for pattern in (_PROPOSED, _CALLED):
                for match in pattern.finditer(text):
                    after = text[match.end() : match.end() + 3]
                    if not CITATION.match(after.strip() or " "):
                        vote(match["name"], 1)
        if "ur " in text:
            for match in _OUR.finditer(text):
                vote(match["name"], 1)
    for label in own_rows:
        if _MARKED_OURS.search(label) and not has_citation(label):
            bare = re.sub(r"[(\[][^()\[\]]*[)\]]", " ", label)
            name = _OURS.sub(" ", bare).strip()
            # "X-50 (ours)" beside the published X-50 is their run of another's model
            vote(name, 1 if re.search(r"\d$", name) else 3)
    own = {
        key for key, count in votes.items()
        if count >= 2 and cited[key] < max(2, count) and (len(key) > 1) and not key.isdigit()
    }  # fmt: skip
    for key in list(own):
        words = printed.get(key, "").split()
        if len(words) == 2 and words[1].lower() in _GENERIC and len(words[0]) > 2 and words[0].lower() not in _NO_NAMES:
            own.add(normal_name(words[0]))
    own |= {key[:-1] for key in own if key.endswith("s") and len(key) > 4}
    own -= {key for key in _OPTIMISERS if key not in normal_name(title)}
    names = sorted(own & set(printed), key=lambda key: (-votes[key], key))
    return ModelNames(
        frozenset(own), frozenset(k for k in cited if k not in own and len(k) > 2), tuple(printed[k] for k in names)
    )


def _cleaned(name: str) -> list[str]:
    """The name without leading articles and endings that are no part of it; nothing where no name is left."""
    words = name.strip(" .,:;\"'“”‘’()").split()
    while words and words[0].lower() in _NO_NAMES:
        words = words[1:]
    while words and words[-1].lower() in (
        "model",
        "models",
        "network",
        "networks",
        "architecture",
        "method",
        "in",
        "on",
    ):
        words = words[:-1]
    if not words:
        return []
    text = " ".join(words)
    looks_named = sum(c.isupper() for c in text) >= 2 or any(c.isdigit() for c in text) or len(words[0]) > 3
    if not looks_named or normal_name(text) in _NO_NAMES:
        return []
    return [] if any(2 * (m.end - m.start) > len(text) for m in find_benchmarks(text, text)) else [text]


@lru_cache(maxsize=4096)
def _runs(label: str) -> tuple[str, ...]:
    """Normal forms of the label's runs of one to four words, those that begin at its first word first."""
    words = [w for w in re.split(r"[\s,;()\[\]/†‡*§:]+", label) if w]
    out: list[str] = []
    for start in range(min(len(words), 8)):
        for length in (1, 2, 3, 4):
            if start + length <= len(words):
                out.append(normal_name(" ".join(words[start : start + length])))
    # "Oct-ResNet-50", "M2Det800-VGG": a name may go on behind a hyphen or in digits
    for word in words[:4]:
        pieces = re.split(r"[-_]", word)
        out += [normal_name("-".join(pieces[:n])) for n in range(1, len(pieces))]
        letters = re.match(r"[A-Za-z]+\d?[A-Za-z]+(?=\d)", word)
        if letters:
            out.append(normal_name(letters.group()))
        sized = _SIZED.match(word)
        if sized:
            out.append(normal_name(sized["name"]))
    return tuple(dict.fromkeys(run for run in out if run))


@lru_cache(maxsize=2048)
def model_names_in(text: str) -> tuple[str, ...]:
    """The names in the text that look like models', left to right; benchmarks' and data sets' names are none."""
    bare = CITATION.sub(" ", text)
    found = [m for m in MODEL_NAME.finditer(bare) if not _names_data(m.group())]
    if not found:
        return ()
    data = [(m.start, m.end) for m in find_benchmarks(bare, bare)]
    return tuple(m.group().rstrip(".") for m in found if not any(a <= m.start() < b for a, b in data))


@lru_cache(maxsize=2048)
def _names_data(name: str) -> bool:
    """Whether the name is a data set's, a processor's or a heading's."""
    return bool(
        _NO_MODEL.match(name)
        or _METRIC_ALONE.match(name)
        or find_benchmarks(name, name)
        or find_untracked_datasets(name)
        or find_devices(name)
    )


_METRIC_ALONE = re.compile(r"(?:SacreBLEU|FID|IS|KID|PSNR|SSIM|LPIPS|GLEU|ROUGE|METEOR|ZCA|EMA|SOTA|PQ|AUC)(?=$|[\s(])")
_NO_MODEL = re.compile(
    r"English|German|French|Table|Figure|(?:TABLE|FIGURE|FIG|WMT\d*|NIST|IWSLT\d*|NLL|PCKh?|BPE|TPUv\d|MLM|NSP|LR|FMA|LOP)(?![\w-])"
)


@cache
def search_words() -> re.Pattern[str]:
    """Finds the first words of the tracked benchmarks' search terms: what names a benchmark holds one of them."""
    words = {m.group() for b in load_benchmarks().values() for t in b.search if (m := re.match(r"[A-Za-z]{3,}", t))}
    words |= {
        m.group()
        for b in load_benchmarks().values()
        for a in b.aliases
        if (m := re.match(r"=?[A-Z]{2,}[A-Za-z]*|newstest", a))
    }
    return re.compile("|".join(sorted(re.escape(w.lstrip("=")) for w in words)))


# a size printed as a subscript is glued to the name: "BERTBASE"
_SIZED = re.compile(
    r"(?P<name>[A-Za-z][\w-]*?[A-Za-z\d])-?(?:base|large|small|tiny|big|huge|xlarge|xxlarge|BASE"
    r"|LARGE|SMALL|Base|Large|Small)$"
)


def has_citation(label: str) -> bool:
    """Whether the label carries a citation mark."""
    return bool(CITATION.search(label))


def says_ours(label: str) -> bool:
    """Whether the label says "ours", "this work", "proposed"."""
    return bool(_OURS.search(label))


@lru_cache(maxsize=4096)
def without_marks(label: str) -> str:
    """The label as a model's name: citation marks, footnote marks and a "(ours)" taken off."""
    text = re.sub(r"\(\s?(?:ours?|this work|our method|proposed)\s?\)|\[\s?ours?\s?\]", " ", label, flags=re.IGNORECASE)
    text = re.sub(r"(?<!10)(?<!10\s)\^\s?(?:\d{1,2}|[a-z*†‡])(?!\w)", " ", text)
    bare = " ".join(CITATION.sub(" ", text).split()) if not _BY_AUTHOR.match(text) else " ".join(text.split())
    bare = bare.strip(" †‡§¶*∗⋆,;:^")
    return bare or " ".join(label.split())


_BY_AUTHOR = re.compile(r"\s*[A-Z][\w'’-]+\s(?:et\s?\.?\s?al|(?:and|&)\s[A-Z][\w'’-]+\s[(\[]?\d{4}|[(\[]\d{4})")
