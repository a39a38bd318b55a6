"""Why a count is not of a run's processors: "cannot be trained on a single GPU", "each server contains 8".

The first row of `REFUSALS` that holds is the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from db.vocabulary import Refusal
from extract.language.processor_count import HOURS, NUMBER, Counted, Mention
from extract.language.purpose import says_training
from extract.language.wording import MACHINE_WORDS, any_of
from extract.pattern import Pattern

PER_DEVICE = Pattern(
    "of one device each", {r"\b(?:per|each|every)\s?$": "2 images per ", r"/\s?$": "images/"}, refuses=("on ",)
)
MODIFIES = Pattern(
    "the device only describes a noun",
    {
        r"based\b|(?:and|or) CPU\b|friendly|bound": "-based",
        any_of(
            "implementations? kernels? memor(?:y|ies) usage utili[sz]ation versions? architectures? hardware code "
            "clusters? backends? librar(?:y|ies) packages? operations? ops? acceleration computations?\\b programming "
            "speed baseline types? generations? models nets? networks? support budget vendors? time\\b threads? warps?"
        ): " implementation",
        r"RAM(?! GPU)": " RAM",
    },
    before=r"^(?!\s?\(?\d+\s?GB?\b)[\s-](?:based\b|(?:and|or) CPU\b)?\s?(?:(?!(?:our|the|this|its|we)\s)\w+\s)?",
    refuses=(" 32 GB memory", " for 3 days"),
)
_SAID_ONLY = any_of(
    "trainable (?:on|with); can be (?:run|deployed|served); compared (?:to|with); can ?not",
    "could not; couldn['’]t; can['’]t; didn['’]t; unable to; impossible; infeasible; not (?:even )?(?:be|fit|possible)",
    "would(?: have)?; might; may; fit(?:s|ted)?; fitting (?:on|in|into|onto); loaded; exceed\\w*; beyond; larger than",
    "for instance,?; limited memory of; memory (?:of|on); (?:limits?|capacity) of; without",
    "lack(?:s|ed|ing)?; require[sd]? at least; scale to; implementation for; depending on; parallelism of",
    "power (?:consumption of|of(?! \\d)); would have",
    "(?:similar|comparable|equivalent|akin) (?:of|to); optimi[sz]ations? for; affordable; accessible; suffices?",
    "enough for; ask(?:s|ed)? for; call(?:s|ed)? for; "
    "(?:shard|partition|split|divid)\\w* (?:\\w+ ){0,6}(?:across|over|among|between)",
)
SEVERAL_KINDS = Pattern(
    "what several devices only describe",
    {r"(?:implementations?|kernels?)": " kernels", r"(?:types?|vendors?)": " vendors"},
    refuses=(" nodes",),
    before=r"^\s?",
)
NOT_DONE_BEFORE = Pattern(
    "said, not done, by the words before the device",
    {
        # "fits into 12 GB and was done on one V100": the second verb is of what was done
        rf"\b{_SAID_ONLY}\b(?:(?!\sand\s(?:is|are|was|were|we|trains?|trained)\b|:\s)[^.;,]){{0,45}}$": (
            "such models cannot be trained on a single ",
            "is split across ",
        ),
        r"\b(?:(?:rather|other|faster|slower) than|instead of|such as|like|e\.g\.,?|speed-?ups? (?:over|relative to)"
        rf"|compared (?:to|with))\s(?:the |an? |{NUMBER}(?:\s?[x×]\s?|\s))?(?:NVIDIA\s|Tesla\s)*$": (
            "faster than a ",
            "a speed-up over ",
            "a budget (e.g. 100 ",
            "a bigger cluster such as 8 Tesla ",
        ),
    },
    refuses=("it fits in memory and was done on one ", "trained on "),
)
DONE_SO = Pattern(
    "done so all the same",
    {
        r"\b(?:mini-?)?batch\w*\b[^.;]{0,30}\b(?:shard|partition|split|divid)\w* (?:\w+ ){0,3}"
        r"(?:across|over|among|between)\b[^.;,]{0,45}$": (
            "the batch is split over ",
            "Minibatches are split over 64 or ",
        ),
        r"\b(?:was|were) (?:\w+ )?(?:shard|partition|split|divid)\w* (?:\w+ ){0,3}(?:across|over|among|between)\b"
        r"[^.;,]{0,45}$": "the tables were split over ",
        r"\b(?:runs|experiments?|jobs|everything)\b(?:(?!\bnot\b)[^.;,]){0,30}\bfits?\b[^.;,]{0,45}$": (
            "our experiments fit on one "
        ),
        r"\b(?:largest|biggest|maxim\w+) (?:possible )?(?:mini-?)?batch(?: sizes?)?\b[^.;]{0,40}\bfits?\b"
        r"[^.;,]{0,45}$": ("the largest batch size that fits on an "),
        # "both stages of our pipeline fit in the memory of": how they were trained, unless another count is said
        r"\b(?:(?:all|both|each|every)(?: of)?(?: our| the)?|the (?:whole|entire|full|complete)) "
        r"(?:(?!\bnot\b)[^.;,]){0,40}\bfits? (?:in|on|into|onto|within)\b[^.;,]{0,45}$": (
            "both stages fit in the memory of a "
        ),
        r"\b(?:minute|hour|day|week)s?\b[^.;,]{0,10}\bsuffic\w+\b[^.;,]{0,45}$": "a day suffices to train it on two ",
        r"\b(?:no|none|never|not)\b[^.;]{0,60}\bexceed(?:s|ed)?\b[^.;,]{0,45}$": "no run exceeded 24 hours on a ",
    },
    refuses=("the model is split over ",),
)
DONE_THERE = Pattern(
    "training took place on what was just said to be large enough",
    {
        r"^[^.;,]{0,20},? (?:on|with) which (?:[\w-]+ ){1,4}(?:is|are|was|were) (?:\w+ )?(?:train|run|optimi|tun)": (
            " GPUs, on which both were trained"
        )
    },
    refuses=(" GPUs, on which they run",),
)
TIME_OF_TRAINING = Pattern(
    "a time of training, which is what is needed and not the device",
    {r"\b(?:minutes|hours|days|weeks) of (?:\w+ )?training\b[^.;,]{0,40}$": "two weeks of training on 32 "},
    refuses=("training on 32 ",),
)
NOT_DONE_AFTER = Pattern(
    "said, not done, by the words behind the device",
    {
        r"[^.;,]{0,24}\b(?<!that )(?:is|are) (?:needed|required|necessary)\b": " machines are needed",
        r"[^.;,]{0,24}\b(?:is|are|was|were) (?:unavailable|not (?:available|enough|sufficient))\b": (
            " were not available"
        ),
        r"\s?(?:with|of|having) (?:limited|small|little|insufficient) (?:memory|RAM)": " with limited memory",
    },
    before=r"^",
    refuses=(" for 3 days",),
)
OTHER_WORK_AFTER = Pattern(
    "other work than training",
    {
        r"^[^.;,]{0,24}\b(?:to|for) (?:\w+ )?(?:generat\w+|self-play|rollouts?|acting|data (?:collection|generation)"
        r"|preprocess\w*|evaluat\w+|inference|serving)\b": " to generate self-play games"
    },
    refuses=(" for training",),
)
_HAS = any_of(
    "(?:is|was) equipped with; had; contained; (?:also )?featur(?:es|ed); has; contains?; includes?; comes with; "
    "consists of; comprises?; offers; provides",
)
ONE_MACHINE_BEFORE = Pattern(
    "what one machine has",
    {
        rf"\b(?:each|every|one|a|per) (?:[\w.-]+ ){{0,3}}?(?:{MACHINE_WORDS}|DGX[\w-]*) "
        rf"(?:(?:in|of|on) (?:[\w-]+ ){{1,4}})?{_HAS}"
        r"\b[^.;]{0,30}$": ("each server contains ", "Each node in our B7 cluster contains "),
        # "pods are computers that contain 1,024 chips": any of them
        r"\b(?:pods|machines|nodes|servers|hosts|supercomputers)(?: that| which)? "
        r"(?:contain|have|come with|consist of|comprise)\b[^.;]{0,20}$": "supercomputers that contain ",
    },
    refuses=("our server was used with ",),
)
NODES_OF = Pattern(
    "machines of the device, whose processors are not counted",
    {r"^\s?(?:GPU\s)?(?:nodes?|servers?|hosts?)\b(?!\s?(?:GPUs?|cards?))": " node"},
    refuses=(" cards",),
)
CARDS_EACH_BEFORE = Pattern(
    "a count of cards in a machine's name", {r"\d-(?:card|way|chip|GPU)\s(?:\w+\s)?$": "an 8-card "}, refuses=("8 ",)
)
DESCRIBED = Pattern(
    "what such a device is",
    {r"^\s?(?:GPU |card )?(?:delivers|has|offers|provides|can|peaks|supports|costs|consumes|draws)\b": " delivers"},
    refuses=(" was used",),
)
DONE = Pattern(
    "the paper's doing, or a time",
    {
        r"\b(?:we|our|us)\b": "we",
        r"\b(?:was|were|is|are|been|be)\s(?:\w+\s)?(?:pre-?|fine-?)?(?:train|run|perform|conduct|execut|carried|done"
        r"|implement|tun|based|optimi[sz])\w*": "was pretrained",
        r"\b(?:took|takes|taking|lasts?|lasted|needs|needed|finish\w*|complet\w*|ran|runs|trained|used|using)\b": (
            "takes"
        ),
        r"\btime(?=\s?[:=])": "training time: 9 h",
    },
    refuses=("such a device",),
)
RUNS = Pattern(
    "runs, or the paper's own work",
    {
        r"\b(?:experiments?|simulations|(?:all|the|these|training) (?:runs|jobs))\b": "all experiments were done on",
        r"\b(?:we|our)\b": "we ran it on",
    },
    refuses=("a program running on", "operations are executed on"),
)
HYPOTHESIS = Pattern(
    "what would be, if",
    {r"^If\b.*\bwould\b": "If trained on one GPU, it would"},
    flags=re.DOTALL,
    refuses=("it would",),
)


def _is_not_done(m: Mention, counted: Counted) -> bool:
    needed = NOT_DONE_AFTER.match(m.after) and not (TIME_OF_TRAINING.search(m.before) or _stands_with_a_time(m))
    if needed or ("would" in m.sentence and HYPOTHESIS.search(m.sentence)):
        return True
    if DONE_THERE.match(m.after):
        return False
    said = NOT_DONE_BEFORE.search(m.before[-70:])
    return said is not None and not (HOURS.search(said[0]) or DONE_SO.search(m.before[-90:]))


def _stands_with_a_time(m: Mention) -> bool:
    """Whether a bracket holds the device with a time: of "40 epochs (4 hours on a T4) are needed" the epochs are."""
    opens = m.before.rfind("(")
    return opens > m.before.rfind(")") and ")" in m.after and HOURS.search(m.before[opens:]) is not None


def _is_of_one_machine(m: Mention, counted: Counted) -> bool:
    """Whether it is told what one machine has: "each server contains 8 GPUs", "20 cards (two GPUs each)"."""
    if counted.value == 1:
        return False
    in_brackets = re.match(r"\s?each\b", m.after, re.IGNORECASE) and m.before.rfind("(") > m.before.rfind(")")
    return bool(ONE_MACHINE_BEFORE.search(m.before) or in_brackets)


def _is_machine(m: Mention, counted: Counted) -> bool:
    """Whether machines of the device are counted: "a single H100 node"; an "8-card A800 server" has eight."""
    named = m.device.kind == "gpu" and m.device.processor is not None and counted.pattern != "count after device"
    in_its_name = counted.match is not None and counted.match["joint"].strip() in tuple("x×*✕")
    return named and bool(NODES_OF.match(m.after)) and not in_its_name and not CARDS_EACH_BEFORE.search(m.before)


def _modifies(m: Mention, counted: Counted) -> bool:
    """Whether the device only describes a noun: "a GPU implementation", "two GPU kernels"."""
    if m.device.printed.endswith("GB") and re.match(r"\s(?:of )?(?:memory|RAM|VRAM)", m.after):
        return False  # "a P100 with 16 GB memory"
    several = SEVERAL_KINDS.match(m.after)
    if counted.match and counted.match["joint"].strip() == "-" and counted.value > 1:
        several = None  # "an 8-GPU implementation"
    return bool(MODIFIES.match(m.after)) and (counted.one or several is not None)


def _is_general(m: Mention, counted: Counted) -> bool:
    """Whether "a V100" is any V100: "a V100 delivers 125 TFLOPS", "a GPU is fast"."""
    if not counted.one:
        return False
    if DESCRIBED.match(m.after):
        return True
    if m.device.processor is not None:
        return False
    of_a_run = says_training(m.sentence) or HOURS.search(m.sentence) or RUNS.search(m.sentence)
    any_of_them = counted.match is not None and counted.match["count"].lower() in ("a", "an")
    return not DONE.search(m.sentence) or (any_of_them and not of_a_run)


REFUSALS: tuple[tuple[Callable[[Mention, Counted], bool], Refusal], ...] = (
    (_is_not_done, Refusal.NOT_USED_SO),
    (lambda m, c: bool(OTHER_WORK_AFTER.match(m.after)), Refusal.OTHER_WORK),
    (_is_of_one_machine, Refusal.ONE_MACHINE),
    (_is_machine, Refusal.MACHINES),
    (_modifies, Refusal.NO_PROCESSORS),
    (_is_general, Refusal.IN_GENERAL),
)


def why_refused(m: Mention, counted: Counted) -> Refusal | None:
    """Why the count is of no processors of a run."""
    return next((refusal for holds, refusal in REFUSALS if holds(m, counted)), None)
