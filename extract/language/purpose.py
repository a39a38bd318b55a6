"""What a sentence's run is for (training, search, inference ...) and whether it is the paper's own.

A sentence may speak of two ("trained on 8 V100s, while inference runs on one"): then the clause around a value decides.
"""

from __future__ import annotations

import re

from extract.layout.passages import Passage

# Words of training that stand near a device or a time without saying by themselves that a run took place.
_TRAINING = re.compile(
    r"\b(?:re-?|co-|pre-?|post-)?train(?:s|ed|ing|able)?\b|\bfine-?tun|\bconverge|\boptimi[sz](?:e[sd]?|ing)\b"
    r"|\bparallel"
    r"|\barchitecture search\b|\bsearch (?:space|cost|time|phase|process|procedure)s?\b|\bsearch for architectures\b"
    r"|\bmini-?batch|\bbatch(?:es)? (?:size|of)\b|\bSGD\b|\bAdamW?\b|\bgradient\b|\bepochs?\b|\blearning rate\b",
    re.IGNORECASE,
)
# A run of training by its verb or noun. "a trained model", "our trained network", "training set" are none.
_STRONG_TRAINING = re.compile(
    r"(?<!\ba )(?<!\bthe )(?<!fully )(?<!\bour )\b(?:re-?|pre-?)?train(?:ed|s)\b"
    r"|\b(?:we|to) (?:also |then |first |can )?(?:re-?|pre-?)?train\b"
    r"|(?<!post-)\b(?:re-?|pre-?)?training\b(?! (?:set|data|sets|images|corpus|examples|samples|split|sentences))"
    r"|\bfine-?tun(?:ed|ing|e)\b",
    re.IGNORECASE,
)
_INFERENCE = re.compile(
    # by name
    r"\binference\b|\binfer(?:s|red)?\b|\btest(?:ing)?[- ]time\b|\bat test\b|\blatency\b|\breal[- ]?time\b"
    r"|\bforward pass\b|\bdeployment\b"
    # by rate: frames, sentences ... a second
    r"|\bfps\b|\bthroughput\b|\b(?:frames?|images?|sentences?|words|tokens|samples|examples|utterances"
    r"|queries)(?: per |/)s(?:ec(?:ond)?)?\b"
    # by time for one item
    r"|\b(?:ms|milliseconds?|seconds?|s)(?: per |/| for (?:each|an?|one) )(?:image|frame|sentence|sample|example"
    r"|query|question|document|utterance)\b"
    r"|\bper[- ]image\b|\bmilliseconds?\b|\bmake predictions\b|\bto process (?:an?|one|each)\b|\b\d+ ?ms\b"
    # by what is timed
    r"|\b(?:detection|evaluation|prediction|test|testing|running|execution|sampling|generation|translation"
    r"|processing|decoding) (?:time|speed)s?\b"
    r"|\bspeed (?:is|was|are|were|results?|tests?|comparison)\b|\brun[- ]?times? (?:is|are|was|were|of)\b"
    r"|\bdecod(?:es?|ing) sentences?\b"
    r"|\bto (?:perform|run|do) (?:detection|inference|evaluation|prediction|recognition)\b|\bserv(?:es?"
    r"|ing) (?:requests?|users?|traffic)\b"
    r"|\bconcurrent (?:user|request|stream)s?\b|\btest results?\b|\bby testing\b|\bfor (?:one |an? "
    r"|each )?evaluation\b|\bsampling (?:of )?\d"
    r"|\bclassif(?:y|ies)\b|\btest(?:ing|ed)? (?:it|them|our model) on\b|\bbenchmarked\b|\btext generation\b"
    r"|\b(?:is|are|was|were) timed\b"
    r"|^(?:Decoding|Evaluation|Testing|Tagging|Prediction|Sampling)\b|\bdecoding (?:is|was|experiments?)\b",
    re.IGNORECASE,
)
_SEARCH = re.compile(
    r"\barchitecture search\b|\bNAS\b|\bsearch(?:es)? (?:takes?|took|costs?|was|is|used|ran|phase|process"
    r"|for architectures)\b"
    r"|\b(?:evolution|search) experiments?\b|\bevolv(?:e[sd]?|ing)\b|\b(?:hyper-?parameter|grid|random) (?:search"
    r"|tuning|sweep)\b"
    r"|\b(?:single|one|whole|entire) search\b|\bto search\b",
    re.IGNORECASE,
)
# "we pre-train", "is pre-trained on": not the adjective of "pre-trained weights", "ImageNet-pretrained backbone"
_PRETRAINING = re.compile(
    r"\bpre-?training\b(?! (?:data|corpus|corpora|set|weights|checkpoint|objectives?|tasks?))|\bpre-?trains?\b"
    r"|\b(?:is|are|was|were|be|been|we|and|then|first|also|models?) pre-?trained\b|\bpre-?trained (?:for|using|with"
    r"|in|by)\b",
    re.IGNORECASE,
)
_FINETUNING = re.compile(
    r"\bfine-?tun(?:ing|e|es)\b|\b(?:is|are|was|were|be|been|we|and|then|also) fine-?tuned\b|\bfine-?tuned (?:for|on"
    r"|using|with)\b",
    re.IGNORECASE,
)
_SECTIONS = (
    ("search", re.compile(r"architecture search", re.IGNORECASE)),
    ("pretraining", re.compile(r"pre-?training", re.IGNORECASE)),
    ("finetuning", re.compile(r"fine-?tuning", re.IGNORECASE)),
)
_INFERENCE_SECTION = re.compile(
    r"\binference\b|\bspeed\b|\btest(?:ing)? time\b|\blatency\b|\brun-?time\b|\bdeployment\b", re.IGNORECASE
)
_TRAINING_SECTION = re.compile(
    r"train|implement|optimi|experiment|setup|setting|detail|schedule|hardware|infrastructure|comput|hyper-?param",
    re.IGNORECASE,
)
# Where a clause ends that may speak of another run than the next one.
_CLAUSE = re.compile(
    r";\s|,\s(?:and|while|whereas|but|although)\s|\s(?:while|whereas)\s"
    r"|(?<!\b[Tt]raining)\s(?:and|while|whereas|but)\s(?=(?:the\s|our\s|its\s|for\s|to\s"
    r"|\d[\d.]*\s\w+\sto\s)?(?:training|inference"
    r"|testing|test|decoding|evaluation|pre-?train|fine-?tun|we\b|search))"
)

_FOREIGN_SECTION = re.compile(
    r"\brelated work|\bprevious work|\bprior work|\bbackground\b|\bliterature\b|\breferences\b|\bpreliminar",
    re.IGNORECASE,
)
_VERB = (
    r"(?:train|use[sd]?\b|using\b|employ|require|take|took|report|need|consume|spen[dt]|achiev|run\b|ran\b|propos"
    r"|scale|show|cost"
    r"|(?:was|is|were|are) (?:(?:pre-?)?trained|based on|built on))"
)
_MARK = (
    r"(?:\[\d+(?:\s?[,–-]\s?\d+)*\]|\[[A-Z][^\[\]]{3,60}\d{4}[a-z]?\]"
    r"|\((?:[A-Z][^()]{2,60}?,? )?\d{4}[a-z]?\)|\([A-Z][^()]{3,60}\d{4}[a-z]?\))"
)
# "[12] trained on", "Smith et al. (2017) used", "the work of Smith and Jones takes": the subject is another paper
_FOREIGN_SUBJECT = re.compile(
    rf"(?:(?:^|[.;,(] ?|\b(?:by|in|of|while|whereas|that|and) )(?:[A-Z][\w’'-]+ et al\.?(?:,? ?{_MARK})?"
    rf"|[A-Z][\w’'-]+ and [A-Z][\w’'-]+,? ?{_MARK}|{_MARK})|\b(?:by|of) [A-Z][\w’'-]+ and [A-Z][\w’'-]+)"
    rf",? (?:have |has |had |also |only |further |then |first )?{_VERB}"
)
# "OPT-175B [3] took 34 days", "NASNet [76] (which used 800 GPUs": a cited name as the subject
_CITED_NAME = re.compile(
    rf"\b[A-Z][\w+-]*(?: [A-Z0-9][\w+-]*){{0,2}}(?: (?:model|network|method|system"
    rf"|architecture)s?)? {_MARK},? ?\(?(?:which |that )?(?:also |only |even |already "
    rf"|reportedly )?{_VERB}"
)
_ELSEWHERE = re.compile(
    r"\bin the literature\b|\bpre-?vious(?:ly)? (?:versions? of|published|reported)\b|\b(?:in"
    r"|by) (?:the )?(?:original|their) (?:paper|work|authors|implementation)\b|\bthe original [A-Z]\w+(?: \w+)? paper\b"
    r"|\b(?:their|they) (?:model |method |system |network )?(?:was trained|were trained|trained|report|used|took)\b"
    r"|\bpreviously (?:trained|published|proposed)\b[^.;]{0,80}\b(?:that|which) (?:took|takes|required|used)\b"
    r"|\bwe assume\b[^.;]{0,40}\b(?:took|takes|required|requires|used|trained)\b"
    r"|\b(?:as|than) (?:reported|stated|published) (?:in|by)\b|\baccording to (?:\[|[A-Z])"
    r"|^In the (?-i:[A-Z])[\w-]+ paper\b|\breportedly\b|\b(?:rumou?red|believed|speculated|said) to have\b"
    # "its authors trained it with", "was trained by its authors", "trained for 6 days by Lee et al."
    r"|\b(?:its|their) (?:authors|creators|developers)\b|\b(?-i:[A-Z])\S*['’]s? (?:authors|creators|developers)\b"
    r"|\b(?:authors|creators|developers) of (?-i:[A-Z]|\[)|\btrained (?:(?:[^\s;.]"
    r"|\.\d)+ ){0,14}(?<!proposed )(?<!introduced )"
    r"(?<!used )(?<!developed )(?<!described )(?<!suggested )(?<!released )(?<!provided )(?<!given )(?<!recommended )"
    r"by (?-i:[A-Z][\w’'-]+ et al\b|\[\d)",
    re.IGNORECASE,
)
# "the network from Smith et al. (2017) needs", "the model of [12] takes"
_THEIR_MODEL = re.compile(
    rf"\b(?:model|network|DNN|system|method|approach|detector|work|version|training|recipe) (?:from"
    rf"|of|by|in|proposed (?:by|in)) "
    rf"(?:[A-Z][\w’'-]+ (?:et al\.?|and [A-Z][\w’'-]+)(?:,? ?{_MARK})?|{_MARK})(?:[^.;]|\.\d){{0,90}}?\b"
    rf"(?:takes?|took|requires?|required|needs?|needed|finish(?:es|ed)|complet(?:es|ed)|(?:was|is) trained)\b"
)
# "... was trained on 64 chips for two weeks (Smith et al., 2017).": who says so stands behind
_SAID_BY = re.compile(rf"\b(?:hours|days|weeks|months|[GT]PUs|chips|cores|V100s?|A100s?|H100s?) {_MARK}\s?\.?\s*$")
# "500 GPUs" of "than the search for X that used 500 GPUs"
_THAN_THEIRS = re.compile(
    r"\b(?:compared (?:to|with)|than|versus|vs\.?|relative to|as opposed to|unlike)\s(?P<theirs>[^.;]{0,90}?)\b"
    r"(?:that|which)\s(?:\w+ )?(?:use[sd]?|took|takes|required?s?|needs?|needed|(?:was|were) trained|trained)\b",
    re.IGNORECASE,
)
# "Most recent language models were trained on a single pod or on clusters of A100s"
_MOST_OTHERS = re.compile(
    r"\b(?:[Mm]ost|[Mm]any|[Ee]xisting|[Pp]rior|[Pp]revious"
    r"|[Rr]ecent)(?: [\w-]+){0,3} (?:models|systems|works?|methods"
    r"|approaches|networks|papers|LLMs|detectors)\b[^.;]{0,40}\b(?:train|use[sd]?|using|require|take"
    r"|need|cost|timed)\w*"
)
_OTHERS = ("ost ", "any ", "ther ", "isting ", "rior ", "vious ", "ecent ")  # a first look, ten times as fast
_OURS_AGAIN = re.compile(r",\s(?:we|our|ours|this)\b", re.IGNORECASE)  # "unlike [14], which needs weeks, our model ..."
# a sentence that is about making data, not about training
_OTHER_WORK = re.compile(
    r"^(?:[Cc]ollecting|[Gg]enerating|[Rr]endering|[Aa]nnotating|[Ll]abell?ing|[Pp]re-?processing|[Ee]xtracting"
    r"|[Ss]imulating|[Rr]ecording|[Tt]ranscribing|[Ss]ampling|[Dd]ata (?:collection|generation|pre-?processing)"
    r"|[Ff]eature extraction)\b"
    # "a DFT calculation of one molecule takes an hour", "deduplication was run for four days"
    r"|^(?:[\w-]+ ){0,3}?(?:[Ss]imulations?|[Cc]alculations?|[Ss]olvers?|[Rr]endering|[Dd]e-?duplication"
    r"|[Tt]okeni[sz]ation|[Ii]ndexing|[Aa]nnotation|[Ll]abell?ing|[Pp]re-?processing|[Ee]xperts?|[Cc]linicians?)\b"
    r"(?: [\w-]+){0,5}? (?:takes?|took|requires?|required|needs?|needed|was|were|lasts?|lasted)\b"
)
_COMPARED = re.compile(
    r"^(?:for|in|by) (?:(?:the )?sake of )?(?:comparison|contrast|reference)\b|^(?:compared"
    r"|in comparison) (?:to|with)\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:we|our|ours|us|this (?:work|paper|implementation))\b", re.IGNORECASE)
_WE = re.compile(r"\b(?:we|our)\b", re.IGNORECASE)


def _infers(words: str) -> bool:
    """Whether a sentence or clause is of inference: by its words, and none of training or of its steps."""
    found = _INFERENCE.search(words)
    if found is None or _STRONG_TRAINING.search(words):
        return False
    # "at 250 ms per iteration": the steps of a run are as short as an answer
    return not (_MILLISECONDS.search(found[0]) and _OF_A_STEP.search(words))


_MILLISECONDS = re.compile(r"ms$|milliseconds?$", re.IGNORECASE)
_OF_A_STEP = re.compile(
    r"\b(?:per|each|every)[ -](?:\w+ )?(?:step|iteration|update|mini-?batch|epoch)\b|\b(?:an?|one) (?:step|iteration) "
    r"(?:takes|took)\b|/(?:step|it)|\bstep time\b",
    re.IGNORECASE,
)


def purpose_of(sentence: str, section: str | None = None) -> str:
    """What the sentence's run is for: training, pretraining, finetuning, search or inference."""
    if _infers(sentence):
        return "inference"
    if _SEARCH.search(sentence):
        return "search"
    if _FINETUNING.search(sentence):
        return "finetuning"
    if _PRETRAINING.search(sentence):
        return "pretraining"
    for purpose, named in _SECTIONS:
        if section and named.search(section):
            return purpose
    if section and _INFERENCE_SECTION.search(section) and not _TRAINING.search(sentence):
        return "inference"
    return "training"


def purpose_at(sentence: str, place: int, whole: str, section: str | None = None) -> str:
    """What the run of the value at `place` is for; `whole` is the whole sentence's purpose.

    A clause decides where it speaks of a purpose of its own; of pre-training and fine-tuning in one clause, the word
    that is nearest.
    """
    if (
        whole != "inference"
        and any(word in sentence for word in _USES)
        and _INFERENCE_ON.search(sentence, max(0, place - 120), place)
    ):
        return "inference"
    left, right = clause_at(sentence, place)
    clause = sentence[left:right]
    if len(clause) < len(sentence):
        if _infers(clause):
            return "inference"
        if whole == "inference" or not (_STRONG_TRAINING.search(clause) or _SEARCH.search(clause)):
            return whole
    here = purpose_of(clause, section) if len(clause) < len(sentence) else whole
    if here == "finetuning" and (other := _PRETRAINING.search(clause)):
        tuned = min((abs(m.start() + left - place) for m in _FINETUNING.finditer(clause)), default=10_000)
        if min(abs(m.start() + left - place) for m in _PRETRAINING.finditer(clause)) < tuned and other:
            return "pretraining"
    return here


_USES = ("nference", "atency", "hroughput", "est")  # a first look
# "inference time for 64 images on a V100, training time, ...": an item of a list
_INFERENCE_ON = re.compile(
    r"\b(?:inference|latency|test(?:ing)?[- ]time|throughput)\b(?:(?!train"
    r"|fine-?tun)[^,;:]){0,80}\b(?:on|using|with)\s(?:an?\s|one\s"
    r"|the\s|single\s|\d+\s)*(?:NVIDIA\s)?$",
    re.IGNORECASE,
)


def clause_at(sentence: str, place: int) -> tuple[int, int]:
    """Start and end of the clause around a place."""
    left, right = 0, len(sentence)
    for m in _CLAUSE.finditer(sentence):
        if m.end() <= place:
            left = m.end()
        elif m.start() >= place:
            right = m.start()
            break
    return left, right


def set_against_ours(sentence: str, place: int) -> bool:
    """Whether "our" run is set against that of the value's clause: "X ran on a K40, while ours ..."."""
    for than in _THAN_THEIRS.finditer(sentence) if "that" in sentence or "which" in sentence else ():
        again = _OURS_AGAIN.search(sentence, than.end())
        if place >= than.end("theirs") and (
            place < again.start() if again else not _OWN.search(sentence, than.start())
        ):
            return True
    contrast = _CONTRAST.search(sentence)
    if not contrast:
        return False
    theirs, ours = sentence[: contrast.start()], sentence[contrast.start() :]
    if place >= contrast.start() or _OWN.search(theirs):
        return False
    return bool(_OWN.search(ours[:60]))


def ours_at(sentence: str, place: int) -> bool:
    """Whether the value's clause is of "our" run, set against another's: "X needs 120 epochs, while ours needs 90"."""
    contrast = _CONTRAST.search(sentence)
    return contrast is not None and place >= contrast.end()


_CONTRAST = re.compile(r",? (?:while|whereas|but|in contrast,?) (?=(?:we|our|ours|this)\b)", re.IGNORECASE)


def says_training(sentence: str) -> bool:
    """Whether the sentence itself speaks of a run of training."""
    return bool(_STRONG_TRAINING.search(sentence))


def near_training(passage: Passage, start: int, end: int) -> bool:
    """Whether the section or the words around a sentence speak of training."""
    if _TRAINING_SECTION.search(passage.section or ""):
        return True
    return bool(_TRAINING.search(passage.text, max(0, start - 250), min(len(passage.text), end + 150)))


def whose(sentence: str, section: str | None) -> str | None:
    """Why the sentence speaks of another paper's run; None where it is (or may be) the paper's own."""
    if section and _FOREIGN_SECTION.search(section) and not _OWN.search(sentence):
        return "a section on other work"
    if _ELSEWHERE.search(sentence) and not re.search(r"\bwe (?:re-?)?train", sentence, re.IGNORECASE):
        return "speaks of another paper's run"
    if not _WE.search(sentence) and _names_other(sentence):
        return "speaks of another paper's run"
    if not re.search(r"\bwe\b", sentence, re.IGNORECASE) and _cited_subject(sentence):
        return "speaks of another paper's run"
    if _OTHER_WORK.search(sentence) and not says_training(sentence):
        return "other work than training"
    return None


def _names_other(sentence: str) -> bool:
    """Whether a sentence without "we" has another paper's model for its subject."""
    others = _FOREIGN_SUBJECT.search(sentence)
    if (others and not _in_brackets(sentence, others.end())) or _COMPARED.search(sentence):
        return True
    if ("et al" in sentence or "[" in sentence) and _THEIR_MODEL.search(sentence):
        return True
    if any(word in sentence for word in _OTHERS) and _MOST_OTHERS.search(sentence):
        return True
    return _cited_subject(sentence) or (sentence.rstrip(" .")[-1:] in (")", "]") and bool(_SAID_BY.search(sentence)))


def _in_brackets(sentence: str, place: int) -> bool:
    """Whether the place stands in an open bracket."""
    return sentence.count("(", 0, place) > sentence.count(")", 0, place)


def foreign_at(sentence: str, place: int, section: str | None) -> str | None:
    """Why the value at this place is of another's run, in a sentence that is our own but for a part of it.

    "ours took 33 days (Smith et al. (2020) used 96 GPUs)", "X is the model of [5] and took weeks; we use its weights".
    """
    others = _FOREIGN_SUBJECT.search(sentence) if "(" in sentence and ("et al" in sentence or "[" in sentence) else None
    if others and others.start() <= place and _in_brackets(sentence, others.end()) and _in_brackets(sentence, place):
        return "speaks of another paper's run"
    if ";" in sentence:
        left = sentence.rfind(";", 0, place) + 1
        right = sentence.find(";", place)
        return whose(sentence[left : right if right >= 0 else len(sentence)].strip(), section)
    return None


def _cited_subject(sentence: str) -> bool:
    """Whether a cited name is the subject; in "training on X [12] takes" it is a data set's."""
    cited = _CITED_NAME.search(sentence)
    if cited is not None and cited[0].startswith(("Unlike", "While", "Whereas", "Compared", "In ", "As ")):
        return False  # the clause after it is of something else
    return cited is not None and not _ON_DATA.search(sentence[: cited.start()])


_ON_DATA = re.compile(r"\b(?:on|for|over|with)\s(?:the\s)?(?:[A-Z][\w+-]*\s){0,2}$")
