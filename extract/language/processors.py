"""How many processors a sentence says worked together: "8 V100s", "V100 x 8", "4 nodes with 8 GPUs each", "32 cores".

A count belongs to a device's mention, or, where only "the same 32 chips" is printed, to none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from db.reference.hardware import DeviceMention
from db.vocabulary import Reason, Refusal
from extract.language.numbers import NUMBER_WORDS, whole
from extract.language.wording import MACHINE_WORDS, any_of
from extract.pattern import Pattern

MOST = 200_000  # processors; no run of any paper used more

_N = rf"(?:\d{{1,5}}|{NUMBER_WORDS})"
_UNITS = r"(?:GPUs?|TPUs?|cards?|devices?|accelerators?|chips?|cores?)"

# --- a count beside its device ----------------------------------------------------------------------------------------

# What may stand between a number and its device: "8 NVIDIA Tesla", "four high-end", "16 synchronous 40 GB".
_MAKERS = any_of(
    "NVIDIA(?:\\(R\\)|®|’s|'s)? Tesla(?:\\(R\\)|®)? GeForce Google Cloud Intel AMD Quadro Huawei Titan DGX Volta "
    "Pascal Ampere Hopper Kepler Maxwell Turing GTX RTX"
)
_KINDS = any_of("PCI-?e SXM\\d? NVLink workers? replicas? units? pieces sets? of the such same these those - a an")
# an adjective, by its ending or its hyphen, and a few that have neither: "4 synchronized GPUs", "a fast GPU"
_ADJECTIVE = (
    r"(?-i:(?!(?:used|based|trained|limited|need|non|multi|dual|quad|total)\b)(?:[a-z]+(?:ed|al|ic|ous|ern|able|ible|ful|ive|ar|ant|ent"
    r"|less|ary|ing)|(?!dual|quad|multi|single|half)[a-z]+(?:-[a-z]+)+))|"
    + any_of("fast new old spare separate parallel concurrent desktop consumer commodity server type state-of-the-art")
)
_BETWEEN = rf"(?:{_MAKERS}|{_KINDS}|{_ADJECTIVE}|(?!TPU){_UNITS}|[\d.]+\s?GHz|[(]?\d+\s?GB?[)]?(?:-memory)?)"
COUNT_BEFORE = Pattern(
    "a count before its device",
    {
        r"\d{1,3}(?:[,'’\u2009\u202f]\d{3}|\s0\d\d)+|\d{1,6}": (
            "trained on 8 NVIDIA ",
            "on 1,024 Cloud ",
            "4x",
            "on 3 machines × 8 ",
        ),
        r"\d{1,3}(?:\.\d)?k": "with 1.5k ",
        NUMBER_WORDS: ("four high-end ", "a single "),
        r"an?|our|(?:its|their) own": ("on an ", "on their own "),
        r"dual|(?:an?|the same) pair of": ("a dual ", "the same pair of "),
    },
    before=rf"(?:^|[\s(\[~≈∼/=])(?:(?P<nodes>\d{{1,4}}|{NUMBER_WORDS})(?:\s{MACHINE_WORDS})?\s?[x×*]\s?)?(?P<count>",
    after=rf")(?P<joint>\s?[x×*✕]\s?|\s?-\s?|\s)(?:{_BETWEEN}[\s-]+){{0,5}}\(?$",
    refuses=("8 images per ", "ResNet-50 "),
)
_NO_ADJECTIVE = any_of(
    "of on in for with to by per and or using than as at from via when which that is are was were has have each",
    "machine server node cluster number pair set couple few lot version type kind family mix pool rack series batch",
    "half third quarter fraction host box workstation non multi implementation model network layer",
)
ONE_BEFORE = Pattern(
    "one device, by words that a list of kinds would not hold",
    {
        # "an old GeForce", "one off-the-shelf GPU"
        rf"\b(?:an?|one|a single)\s(?:(?!{_NO_ADJECTIVE}\b)[a-z][a-z-]*\s){{1,3}}": (
            "on an old ",
            "one off-the-shelf ",
        ),
        # "on the Titan X GPU": the one that is there
        r"\b(?:on|using|with|via)\s(?P<the>the)\s(?:same\s)?": ("on the ", "using the same NVIDIA "),
        r"\b(?:used?|employ(?:ed)?|shared?)\sthe\ssame\s": "we used the same ",
        # "a laptop with GTX 1060", "our desktop PC equipped with NVIDIA"
        r"\b(?:an?|one|our|single)\s(?:[\w-]+\s){0,2}?(?:machine|workstation|desktop|PC|computer|laptop)\s"
        r"(?:with|equipped with|having|containing|using|that has|featuring)\s(?:the\s)?": "on a laptop with ",
    },
    after=rf"(?:{_MAKERS}\s)*$",
    refuses=("a cluster of ", "a number of NVIDIA ", "a machine with four ", "half of the "),
)
SEVERAL_AFTER = Pattern(
    "several devices of the name before",
    {r"^\s?(?:[GT]PUs|cards|devices|chips|accelerators|boards)\b": " GPUs"},
    refuses=(" GPU",),
)
HOURS = Pattern(
    "a time", {r"(?<![a-z])(?:minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?)\b": "9h"}, refuses=("epochs",)
)
PAIR_BEFORE = Pattern(
    "two counts before a device, for the small and the large model",
    {r"(?:^|\s)(?P<first>\d{1,5})\s\((?P<second>\d{1,5})\)\s(?:NVIDIA\s|Tesla\s)*$": "used 16 (64) NVIDIA "},
    flags=re.RegexFlag(0),
    refuses=("in layer (64) ",),
)
RANGE_BEFORE = Pattern(
    "the lesser counts of a list or range",
    {
        rf"(?P<list>{_N}(?:\s?,\s{_N})*)(?:\s?[-–]\s?|\sto\s|,?\sor\s|,?\sand\s|,\s)(?:up to )?$": (
            "with 1, 2, 4 or ",
            "from 8 to ",
        )
    },
    refuses=("from ",),
)
_OF_THEM = r"(?:cores?|chips?|GPUs?|devices?|cards?|accelerators?)"
COUNT_AFTER = Pattern(
    "a count behind its device",
    {
        r"[x×*✕]\s?(?P<times>\d{1,4})\b(?!\s?\d*\s?(?:GB|G\b))": " × 8",
        r"(?P<fold>\d{1,4})\s?[x×✕](?=\s?\))": " (4x)",
        r"(?:with|of|having|has|contains|comprises|using|comprising|consisting of|on|(?:which|that) "
        r"(?:has|have|contains?|consists of|comprises))"
        rf"\s(?:a total of |up to )?(?P<with>\d{{1,5}}|\w+)[\s-](?:TPU |tensor )?{_OF_THEM}\b": " with 8 cores",
        r"(?:(?:with|using)\s)?(?P<total>\d{1,5}) (?:in (?:total|number|all)|altogether|overall)\b": (
            ", 40 in total",
            ", 128 in number",
        ),
        rf"(?:i\.e\.,?|that is,?|namely|or)\s(?P<its>{_N}) (?:of (?:its|the|these) )?{_OF_THEM}\b": (
            ", i.e. 96 of its chips"
        ),
        r"(?P<each>\d{1,4}) (?:per|for (?:each|every)) (?:experiment|run|model|job|training)\b": " GPUs (4 per run",
        rf"(?P<n>\d{{1,5}})(?:\s(?:of them|pieces|units|boards|pcs|{_OF_THEM})\b|-(?:core|chip|GPU)\b)": (
            " 32 cores",
            " pod (256 chips)",
            " (4 pieces)",
        ),
    },
    before=rf"^(?:[\s-]?(?:{_UNITS}|pods?|slices?|hardware|instances?|hosts?))*\s?[,(\[]?\s?",
    refuses=(" with 16 GB", " × 16GB"),
)
CORES_OF = Pattern(
    "a count of the device's cores before it",
    {
        rf"(?P<n>{_N})[\s-](?:cores?|chips?|nodes?)\s(?:of|on)\s(?:an? |the )?(?:Google |Cloud )*$": (
            "32 cores of a Cloud "
        ),
    },
    refuses=("the cores of a ",),
)
OF_WHICH = Pattern(
    "what was used of those just counted",
    {
        r"of which (?:we |each (?:run|job|model|experiment) |only |\w+ )?(?:use[sd]?|take[sn]?|took|occup\w+|employ\w*"
        rf"|needs?|train\w* on) (?:only |just )?(?P<n>{_N})\b": ", of which we use 2",
        rf"(?P<used>{_N}) of (?:which|them) (?:we (?:use|train)|(?:is|are|was|were) (?:used|employed|needed))": (
            ", two of which are used"
        ),
    },
    before=r"^[^.;,]{0,20},?\s(?:and\s)?",
    refuses=(", of which there are 2",),
)
KEYED = Pattern(
    "a line of a list that names one device",
    {
        r"(?:GPU|hardware|device|graphics card|video card|accelerator|processor)(?:\s(?:type|model|used))?": (
            "Hardware: NVIDIA ",
            "took 90 minutes (GPU: GeForce ",
            "Device: ",
        )
    },
    before=r"(?:^|[\s(;,.])",
    after=rf"\s?[:=]\s?(?:{_MAKERS}\s)*$",
    refuses=("GPUs: ", "on a GPU, NVIDIA "),
)
IN_A_LIST = Pattern(
    "one device with no article, in what a machine has",
    {
        r"\b(?:on|with|using|via|and|GPU)\s": ("minutes with NVIDIA Tesla ", "an Intel i7 CPU and ", "GPU NVIDIA "),
        r"[,:+/]\s?": "64GB RAM, ",
    },
    after=rf"(?:{_MAKERS}\s)*$",
    refuses=("on a ", "on 8 "),
)
OF_A_MACHINE = Pattern(
    "the other parts of a machine",
    {
        r"\bCPU\b(?!s)": "a CPU",
        r"\bIntel\b|\bXeon\b|\bRyzen\b|\bi[3579]\b": "Intel i9",
        r"\d\s?GB?\s(?:of\s)?(?:RAM|memory|main memory)\b": "64 GB RAM",
        r"\b[Ee]nvironment\b": "Runtime environment: ",
    },
    flags=re.NOFLAG,
    refuses=("GPUs", "CPUs"),
)
MEMORY_BEHIND = Pattern(
    "the memory of one device",
    {
        r"\(\s?\d+\s?GB?\b[^)]{0,20}\)": " (16 GB)",
        r"(?:with|of|,) \d+\s?GB?\b(?! (?:each|per))": " with 24 GB of memory",
    },
    before=r"(?:^\s?(?:GPU|card)?,?\s?|(?=\()(?<=\())",
    refuses=(" GPUs (16 GB each)",),
)
EACH_IS = Pattern(
    "of what kind each is of those counted before",
    {
        r"\b(?:each|every)\s(?:\w+\s)?(?:GPU|card|device|chip|accelerator|one|worker|node)\s(?:is|was)\sa": (
            "Every GPU was a "
        )
    },
    refuses=("The GPU is a ",),
)
EACH_BEFORE = Pattern(
    "what each of several is, named after them",
    {r"\b(?:each|all|both)\s?$": "two GPUs, each "},
    refuses=("each with ",),
)
SLICE = Pattern(
    "a slice of TPUs, whose name carries its number of cores",
    {r"(?:\b|TPU)v\d[a-z]?-(?P<n>\d{1,5})(?:\sTPUs?)?$": ("TPU v3-512", "TPUv3-32 TPUs")},
    refuses=("TPU v3",),
)
LOST_SLICE = Pattern(
    "a slice's number of cores behind its name", {r"-\d{1,5}(?![\w.])": "-8"}, refuses=(" -8", "-8x"), before="^"
)
OUT_OF = Pattern(
    "what was used of a machine's",
    {rf"(?:^|\s)(?P<n>{_N})\s(?:out\s)?of\s(?:the|its|our|these|those)\s?$": "two of the"},
    refuses=("all of the",),
)

# --- machines with several processors each ----------------------------------------------------------------------------

MACHINES_BEFORE = Pattern(
    "machines before what each of them has: 4 8-GPU machines",
    {rf"(?:^|\s)(?P<nodes>{_N})\s(?:\w+\s)?$": "on two "},
    refuses=("on the ",),
)
MACHINES_AFTER = Pattern("machines behind what each has", {rf"^\s?{MACHINE_WORDS}\b": " servers"}, refuses=(" cards",))
NODES = Pattern(
    "a number of machines",
    {
        rf"(?:{MACHINE_WORDS}|workers?)": (
            "64 nodes",
            "16 multi-GPU machines",
            "4 workers",
            "twelve Acme AB-41 servers",
        ),
        r"DGX[\w-]*": "6 DGX-2",
    },
    # a maker's name and model may stand between
    before=rf"(?<![\w.-])(?P<nodes>\d{{1,4}}|{NUMBER_WORDS})[\s-]"
    rf"(?:{any_of('compute computing worker GPU server physical multi-GPU cloud cluster identical AWS EC2')}[\s-])*"
    r"(?:(?-i:[A-Z])[\w.-]*\s){0,3}",
    after=r"(?![\w])(?![\s-]?(?:hours?|days?|h\b))",
    refuses=("600 node hours", "v3 nodes"),
)
EACH = Pattern(
    "words that say what one machine has",
    {
        r"\b(?:each|apiece|every one)\b": ("each", "apiece", "every one of them"),
        rf"(?:/|\b(?:per|a|every|in every|in each) )(?:{MACHINE_WORDS}|worker)\b": ("per node", "/node"),
        r"\b(?:both|all|which all|which both)(?: of (?:them|which))? "
        r"(?:contain|hold|hous|hav|has|equipped|featur)\w*": (
            "two servers, both containing four",
            "3 hosts, all of them equipped with",
            "which both have",
        ),
        rf"\b{MACHINE_WORDS}(?<=s) (?:with|of|containing|holding|equipped|having)\b": "nodes of",
    },
    refuses=("in total",),
)
EACH_OF_OTHERS = Pattern(
    "each of what is no machine",
    {r"\b(?:each|every|per|a) (?:\w+ )?(?:pod|slice|rack|run|model|experiment|task|batch)s?\b": "in each pod"},
    refuses=("each machine",),
)
PER_NODE_AFTER = Pattern(
    "the count is one machine's",
    {
        r"(?:each|apiece)\b": (" GPUs each", " apiece"),
        rf"per {MACHINE_WORDS}": " per node",
    },
    before=r"^\s?(?:GPUs?|cards|chips)?,?\s?",
    refuses=(" in total",),
)
TOTAL_AFTER = Pattern(
    "the count is of all machines",
    {r"^\s?(?:GPUs?|cards|chips|devices)?,?\s(?:in total|total|altogether|overall|in all)\b": " GPUs in total"},
    refuses=(" each",),
)
TOTAL_BEFORE = Pattern(
    "the count is of all machines, by the words before it",
    {r"\b(?:total of|totall?ing|in total|altogether|amounts? to|resulting in|giving|i\.e\.,?|=)\s$": "for a total of "},
    refuses=("each with ",),
)
IN_ALL = Pattern(
    "the machines' processors, counted in brackets",
    {r"\s?\((?:a total of |in total |total )?\d{1,5}$": " (64"},
    refuses=(" with 8",),
)
REPLICAS = Pattern(
    "processes of which each has a device",
    {
        r"[^.;]{0,40}\b(?:each|every)\b": "50 replicas running each",
        r",? (?:which|that) (?:are|were|is|was|have|had|use[sd]?)\b": "50 workers, which were",
    },
    before=rf"(?<![\w.])(?P<n>{_N})\s(?:\w+\s)?(?:replicas|workers|processes|learners|machines|nodes)\b",
    refuses=("50 workers.",),
)
WORKERS = Pattern(
    "workers, where a device is named elsewhere in the sentence",
    {
        rf"(?P<n>{_N})\s(?:parallel |synchronous |asynchronous |distributed |training )*(?:workers|replicas|learners)\b"
        r"(?! for (?:data|loading))": "8 parallel workers"
    },
    before=r"(?<![\w.])",
    refuses=("4 workers for data loading",),
)

# --- counts of no named device ----------------------------------------------------------------------------------------

BARE = Pattern(
    "chips, cores or cards with no device named",
    {
        rf"(?P<n>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}|{NUMBER_WORDS})[\s-]"
        rf"(?:{any_of('parallel; identical; such; physical; synchronous; of (?:the|these|those)')}\s)*"
        r"(?P<what>chips|cores|cards|accelerators)\b": ("the same 32 chips", "eight identical cards")
    },
    before=r"(?<![\w.-])",
    refuses=("a chip", "v3-32 chips"),
)
SEVERAL_BEFORE = Pattern(
    "the others of a list of counts",
    {r"(?:\d{1,6}\s?,\s)*\d{1,6},?\s(?:and|or)\s$": "128, 256 and "},
    refuses=("and ",),
)
USED_BEFORE = Pattern(
    "what was used, by the words before its count",
    {
        r"\b(?:takes?|took|use[sd]?|using|needs?|needed|requires?|required|on|across|over|with|to|employ\w*|occup\w+)\s"
        r"(?:a total of |all |our |(?:of )?the same |these |those |up to |about |only |just )?$": (
            "on the same ",
            "a run needs only ",
        ),
        r"TPU[\w .-]{0,14}[(:]\s?$": "a TPU v3 pod (",
        r"\b(?:made|makes?|making) use of\s$": "the run made use of ",
    },
    refuses=("each has ",),
)
USED_AFTER = Pattern(
    "what was used, by the words behind it",
    {
        r"^\s(?:is|are|was|were) (?:\w+ )?(?:used|employed|needed|occupied|dedicated|allocated|assigned)\b": (
            " were used to train"
        )
    },
    refuses=(" are idle",),
)
ON_BEFORE = Pattern("on so many", {r"\b(?:on|using|with|across)\s$": "on "}, refuses=("has ",))
CARDS_IN_NAME = Pattern(
    "a machine whose name counts its cards",
    {
        rf"(?:an?|one|the|our|same|single)\s(?P<n>{_N}|quad|octo?)-(?:card|way|chip|board|accelerator|GPU)\s(?:[\w-]+\s)?"
        r"(?:machine|server|box|node|workstation|system|PC|instance|rig)\b": (
            "on a 4-card machine",
            "on a quad-GPU workstation",
        ),
        rf"(?P<way>{_N})-way (?:synchronous )?data[- ]parallel": "with 8-way data parallelism",
    },
    before=r"\b",
    refuses=("four 4-card machines", "a 4-layer machine"),
)
ONE_USED = Pattern(
    "one of the devices named before, which was used",
    {
        r"(?P<one>one|a single) (?:of (?:them|these|the) )?(?:cards?|GPUs?|devices?)?\s?(?:is|was) (?:\w+ )?"
        r"(?:used|employed|needed)\b": "One card was used"
    },
    before=r"\b",
    refuses=("One model was used",),
)
DEVICES_NEAR = Pattern(
    "devices are spoken of",
    {
        r"[GT]PUs?": "GPUs",
        r"[Cc]ards?|[Cc]hips|[Aa]ccelerators?": "graphics cards",
        r"Titan|TITAN|Tesla|Quadro|[GR]TX": "a Tesla",
        r"(?:[VAHPKTL]|GH|MI)\d{1,3}s?": "on A40s",
    },
    before=r"\b",
    after=r"\b",
    flags=re.NOFLAG,
    refuses=("on three of them", "games"),
)
SOME_OF_THEM = Pattern(
    "some of the devices named before",
    {
        r"(?P<one>one|a single) (?:such )?card\b": "each run used one card",
        rf"(?P<n>\d{{1,3}}|{NUMBER_WORDS}) of (?:them|these|those)\b(?! (?:is|are|was|were|\w+s\b))": (
            "a run occupies 4 of them"
        ),
    },
    before=r"\b(?:use[sd]?|using|on|with|over|across|occupies|occupied|takes|took|needs?)\s(?:only\s|just\s)?",
    refuses=("on 4 of them are idle",),
)
NUMBER_OF = Pattern(
    "the number of devices is",
    {
        r"\bnumber of (?:GPU|TPU|device|chip|core|processor|accelerator|worker)s?\b[^.;]{0,40}?"
        r"(?:\b(?:is|was|are|ranged? from|ranges from|to|equals|of)\s|[:=]\s?)"
        rf"(?P<n>\d+(?:,\d{3})*|{NUMBER_WORDS})(?:\sto\s(?P<most>\d+(?:,\d{3})*))?(?!\w|\.\d)": (
            "the number of TPUs ranged from 64 to 512",
            "number of GPUs: 24",
        )
    },
    refuses=("the number of GPUs is large",),
)
TPU_NEAR = Pattern("TPUs are spoken of", {"TPU|chips": "a TPU"}, refuses=("CPU",))

# --- what counts no processors of a run -------------------------------------------------------------------------------

DEVICE_TIME_AFTER = Pattern(
    "device time goes on",
    {
        r"^(?:[\s-]?(?:GPUs?|TPUs?|cores?|chips?))?(?:\s?[-/·×]\s?|\.|\s)?(?:hours?|hrs?|days?|weeks?"
        r"|months?|years?)\b": (
            "-days",
            " GPU hours",
        )
    },
    refuses=(" for 3 days",),
)
PER_DEVICE = Pattern(
    "of one device each", {r"\b(?:per|each|every)\s?$": "2 images per ", r"/\s?$": "images/"}, refuses=("on ",)
)
OTHER_DEVICES = Pattern(
    "other devices than the run's",
    {r"\b(?:remaining|other|another|different|separate|next|half of the|rest of the)\s(?:\d+\s)?$": "the remaining 4 "},
    refuses=("all 4 ",),
)
MODIFIES = Pattern(
    "the device only describes a noun",
    {
        r"based\b|(?:and|or) CPU\b|friendly|bound": "-based",
        any_of(
            "implementations? kernels? memor(?:y|ies) usage utili[sz]ation versions? architectures? hardware code "
            "clusters? backends? librar(?:y|ies) packages? operations? ops? acceleration computations? programming "
            "speed baseline types? generations? models nets? networks? support budget vendors? time\\b threads?"
        ): " implementation",
        r"RAM(?! GPU)": " RAM",
    },
    before=r"^(?!\s?\(?\d+\s?GB?\b)[\s-](?:based\b|(?:and|or) CPU\b)?\s?(?:(?!(?:our|the|this|its|we)\s)\w+\s)?",
    refuses=(" 32 GB memory", " for 3 days"),
)
_SAID_ONLY = any_of(
    "trainable (?:on|with); can be (?:run|deployed|served); compared (?:to|with); power (?:consumption )?of; can ?not",
    "could not; couldn['’]t; can['’]t; didn['’]t; unable to; impossible; infeasible; not (?:even )?(?:be|fit|possible)",
    "would(?: have)?; might; may; fit(?:s|ted)?; fitting (?:on|in|into|onto); loaded; exceed\\w*; beyond; larger than",
    "e\\.g\\.,?; for instance,?; limited memory of; memory (?:of|on); (?:limits?|capacity) of; without",
    "lack(?:s|ed|ing)?; require[sd]? at least; scale to; implementation for; depending on; parallelism (?:of|on)",
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
        r"\b(?:(?:rather|other|faster|slower) than|instead of|such as|like)\s(?:the |an? )?$": "faster than a ",
    },
    refuses=("it fits in memory and was done on one ", "trained on "),
)
DONE_SO = Pattern(
    "done so all the same",
    {
        r"\bbatch\w*\b[^.;]{0,30}\b(?:shard|partition|split|divid)\w* (?:\w+ ){0,3}(?:across|over|among|between)\b"
        r"[^.;,]{0,45}$": "the batch is split over ",
        r"\b(?:was|were) (?:\w+ )?(?:shard|partition|split|divid)\w* (?:\w+ ){0,3}(?:across|over|among|between)\b"
        r"[^.;,]{0,45}$": "the tables were split over ",
        r"\b(?:runs|experiments?|jobs|everything)\b(?:(?!\bnot\b)[^.;,]){0,30}\bfits?\b[^.;,]{0,45}$": (
            "our experiments fit on one "
        ),
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
    "(?:is|was) equipped with; had; contained; featured; has; contains?; includes?; comes with; consists of; "
    "comprises?; offers; provides",
)
ONE_MACHINE_BEFORE = Pattern(
    "what one machine has",
    {
        rf"\b(?:each|every|one|a|per) (?:[\w.-]+ ){{0,3}}?(?:{MACHINE_WORDS}|DGX[\w-]*) "
        rf"{_HAS}"
        r"\b[^.;]{0,30}$": "each server contains ",
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
POD = Pattern("a pod or slice", {r"\b(?:pod|slice)s?$": "TPU v3 pod"}, refuses=("TPU v3",))
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
CPU_NAME_BEFORE = Pattern(
    "a CPU's name, of which the number is a part",
    {r"(?:Xeon|Core(?!s)|EPYC|Opteron|i[3579]|GHz)[\w\s®()-]{0,8}$": "Xeon "},
    refuses=("on ",),
)
HYPOTHESIS = Pattern(
    "what would be, if",
    {r"^If\b.*\bwould\b": "If trained on one GPU, it would"},
    flags=re.DOTALL,
    refuses=("it would",),
)


@dataclass(frozen=True)
class Count:
    """How many processors; offsets in the text."""

    value: int
    start: int
    end: int
    pattern: str
    device: DeviceMention | None  # the mention that it counts
    lesser: bool = False  # not the last of several ("8 or 16 GPUs")
    refused: Reason | None = None
    of_cores: bool = False  # cores of TPUs, of which a chip has two
    of_each: int | None = None  # what each of several machines has, where their product is counted


@dataclass(frozen=True)
class _Mention:
    """A device with its sentence, and the words around it."""

    sentence: str
    start: int  # of the sentence in the text
    device: DeviceMention
    before: str
    after: str

    @property
    def origin(self) -> int:
        """Where `before` begins in the text."""
        return self.device.start - len(self.before)


@dataclass(frozen=True)
class _Counted:
    """What the words beside a device count, before anything asks whether they count processors of a run."""

    value: int
    start: int
    end: int
    pattern: str
    cores: bool = False
    match: re.Match[str] | None = None  # of COUNT_BEFORE, where the count stands before the device

    @property
    def one(self) -> bool:
        return self.pattern in ("one device", "one device named")


def find_counts(text: str, start: int, end: int, devices: Sequence[DeviceMention]) -> list[Count]:
    """The counts of the sentence `text[start:end]`, whose devices these are."""
    sentence = text[start:end]
    found: list[Count] = []
    for device in devices:
        before = text[max(start, device.start - 110) : device.start]
        found += _of_device(_Mention(sentence, start, device, before, text[device.end : min(end, device.end + 70)]))
    found = [replace(c, refused=Reason(Refusal.NOT_USED_SO)) if _instead(text, found, c) else c for c in found]
    if not any(c.refused is None for c in found):
        found += _of_no_device(text, start, sentence, devices)
    elif any(d.kind == "tpu" for d in devices):
        found += _further_chips(sentence, start, found)
    return found


def _instead(text: str, found: Sequence[Count], count: Count) -> bool:
    """Whether another count was used instead: "on four GPUs instead of asynchronous updates across 32 GPUs"."""
    before = next((c for c in reversed(found) if c.refused is None and c.end < count.start), None)
    return before is not None and INSTEAD.search(text, before.end, count.start) is not None


INSTEAD = Pattern(
    "what was not used, behind what was",
    {r"(?:instead of|rather than|as opposed to)": " GPUs instead of asynchronous updates across "},
    before=r"\b",
    after=r"\b[^.;,]{0,60}$",
    refuses=(" GPUs and ",),
)


def _further_chips(sentence: str, start: int, found: Sequence[Count]) -> Iterator[Count]:
    """The bare counts beside a named one: "A was trained on 512 TPU v4 chips and B on 1024 chips"."""
    for m in BARE.finditer(sentence):
        n = whole(m["n"])
        at = start + m.start("n")
        if not n or n < 2 or m["what"].lower() != "chips" or any(c.start - 3 <= at <= c.end + 3 for c in found):
            continue
        before = sentence[: m.start()]
        if ON_BEFORE.search(before) and not NOT_DONE_BEFORE.search(before[-70:]):
            yield Count(n, at, start + m.end("n"), "chips, cores or cards", None)


def _of_device(m: _Mention) -> Iterator[Count]:
    """The counts of one device: most often one, of a list or of "16 (64) GPUs" several."""
    if DEVICE_TIME_AFTER.match(m.after) or PER_DEVICE.search(m.before) or OTHER_DEVICES.search(m.before):
        return
    if pair := (PAIR_BEFORE.search(m.before) if ") " in m.before else None):
        for name in ("first", "second"):
            place = m.origin + pair.start(name)
            yield Count(int(pair[name]), place, place + len(pair[name]), "count before device", m.device)
        return
    counted = _counted(m)
    if counted is None or not 1 <= counted.value <= MOST:
        return
    refusal = _refusal(m, counted)
    counted = _taken_out_of(m, counted)
    of_each = None
    machines = _machines(m, counted)
    if machines > 1:
        refusal = None if refusal in (Refusal.ONE_MACHINE, Refusal.IN_GENERAL) else refusal
        of_each = counted.value
        counted = replace(counted, value=of_each * machines, pattern="nodes times devices")
    elif refusal is None and counted.pattern != "count after device" and POD.search(m.device.printed):
        refusal = Refusal.PODS
    elif counted.one and (replicas := REPLICAS.search(m.sentence)) and (many := whole(replicas["n"])) and many > 1:
        counted = _Counted(
            many, m.start + replicas.start("n"), m.start + replicas.end("n"), "replicas with a device each",
            match=counted.match,
        )  # fmt: skip
        refusal = None
    cores = counted.cores and m.device.kind == "tpu" and counted.value > 1
    reason = Reason(refusal) if refusal else None
    yield Count(
        counted.value, counted.start, counted.end, counted.pattern, m.device, refused=reason, of_cores=cores,
        of_each=of_each,
    )  # fmt: skip
    if counted.match and counted.pattern == "count before device" and counted.value > 1:
        yield from _lesser(m, counted.match, counted.value, reason)


def _counted(m: _Mention) -> _Counted | None:
    """What stands before the device counts it, else what stands behind it, else its own name ("TPU v3-512")."""
    match = COUNT_BEFORE.search(m.before)
    counted = _count_before(m, match) if match else _one_before(m)
    if counted is None or counted.one:
        counted = _count_after(m, match, beside_one=counted is not None and counted.pattern == "one device") or counted
    if counted is None or counted.one:
        counted = _count_of_cores(m, match) or counted
    one = counted is None or (counted.one and counted.match is match)
    if one and (named := SLICE.search(m.device.printed + (LOST_SLICE.match(m.after) or [""])[0])):
        at = m.device.start + named.start("n")
        counted = _Counted(int(named["n"]), at, at + len(named["n"]), "cores of a slice", True, match)
    return counted


def _count_before(m: _Mention, match: re.Match[str]) -> _Counted | None:
    """ "8 NVIDIA", "a single", "a pair of"; None for "a GPU-based", "our V100 GPUs", "Xeon 5 CPUs"."""
    word = match["count"].lower()
    article = word in ("a", "an", "our")
    if article and (
        EACH_BEFORE.search(m.before[: match.start("count")]) or EACH_IS.search(m.before[: match.start("count") + 2])
    ):
        return None
    if article and (_in_plural(m.device) or match["joint"].strip() == "-"):
        return None
    if word == "our" and (m.device.processor is None or re.match(r"\s?(?:GPUs|cards|chips)\b", m.after)):
        return None
    if word.isdigit() and CPU_NAME_BEFORE.search(m.before[: match.start("count")]):
        return None
    if article or word.endswith("own"):
        value: int | None = 1
    else:
        value = 2 if word == "dual" or word.endswith("pair of") else whole(word)
    if value is None:
        return None
    pattern = "one device" if value == 1 else "count before device"
    cores = re.search(r"\bcores?\b", match[0], re.IGNORECASE) is not None
    return _Counted(value, m.origin + match.start("count"), m.origin + match.end("count"), pattern, cores, match)


def _one_before(m: _Mention) -> _Counted | None:
    """One device that is named in the singular: "an old GTX 780", "the Titan X GPU", "a laptop with GTX 1060"."""
    keyed = KEYED.search(m.before) is not None and not NUMBER_OF.search(m.sentence)
    named = keyed or (IN_A_LIST.search(m.before) and (_has_memory(m) or OF_A_MACHINE.search(m.sentence)))
    found = ONE_BEFORE.search(m.before)
    several = _in_plural(m.device) or SEVERAL_AFTER.match(m.after)
    if named and not several and m.device.kind == "gpu" and m.device.processor is not None:
        return _Counted(1, m.device.start, m.device.end, "one device named")
    if (
        found is None
        or several
        or m.device.kind not in ("gpu", "tpu", "system", "other")
        or CARDS_IN_NAME.search(m.before)
    ):
        return None
    if (found["the"] or m.device.processor is None) and not HOURS.search(m.sentence):
        return None  # "on the GPU" says most often what does not run on the CPU; "10 hours on the GPU" counts one
    return _Counted(1, m.origin + found.start(), m.device.start, "one device")


def _in_plural(device: DeviceMention) -> bool:
    """Whether the printed name ends in an s that the device's own name does not end in: an L40S is one."""
    own = device.processor.name if device.processor else ""
    return device.printed[-1] in "sS" and not (device.printed[-1] == "S" and own.endswith("S"))


def _has_memory(m: _Mention) -> bool:
    """Whether the device's name goes on with the memory of one: "Tesla P100 (16 GB)"."""
    return MEMORY_BEHIND.match(m.after) is not None or re.search(r"\(\d+\s?GB", m.device.printed) is not None


def _count_after(m: _Mention, match: re.Match[str] | None, *, beside_one: bool) -> _Counted | None:
    """ "× 8", "with 32 cores", "(256 chips)"; beside "a TPU v3" only what it has."""
    follows = COUNT_AFTER.match(m.after)
    if follows is None or (beside_one and not (follows["with"] or follows["its"])):
        return None
    name = next(n for n in ("times", "fold", "with", "total", "its", "each", "n") if follows[n])
    value = whole(follows[name])
    if not value:
        return None
    at = m.device.end + follows.start(name)
    cores = "core" in follows[0][follows.end(name) - follows.start() :].lower()
    return _Counted(value, at, m.device.end + follows.end(name), "count after device", cores, match)


def _count_of_cores(m: _Mention, match: re.Match[str] | None) -> _Counted | None:
    """ "32 cores of a TPUv3"."""
    of = CORES_OF.search(m.before)
    value = whole(of["n"]) if of else None
    if of is None or value is None:
        return None
    cores = "core" in of[0].lower()
    return _Counted(value, m.origin + of.start("n"), m.origin + of.end("n"), "cores of a device", cores, match)


def _taken_out_of(m: _Mention, counted: _Counted) -> _Counted:
    """The count of what was used: "two of the four A30 cards of a node"."""
    if counted.match is None or counted.value == 1:
        return counted
    if (used := OF_WHICH.match(m.after)) and (many := whole(used["n"] or used["used"])):
        name = "n" if used["n"] else "used"
        return replace(counted, value=many, start=m.device.end + used.start(name), end=m.device.end + used.end(name))
    part = OUT_OF.search(m.before[: counted.match.start("count")])
    taken = whole(part["n"]) if part else None
    if part is None or taken is None:
        return counted
    return replace(counted, value=taken, start=m.origin + part.start("n"), end=m.origin + part.end("n"))


def _lesser(m: _Mention, match: re.Match[str], most: int, refused: Reason | None) -> Iterator[Count]:
    """The other counts of "1, 2, 4 or 8 GPUs"."""
    listed = RANGE_BEFORE.search(m.before[: match.start("count")])
    for item in re.finditer(_N, listed["list"], re.IGNORECASE) if listed else ():
        low = whole(item[0])
        if listed and low and low < most:
            place = m.origin + listed.start("list") + item.start()
            yield Count(low, place, place + len(item[0]), "lesser of two counts", m.device, True, refused)


def _machines(m: _Mention, counted: _Counted) -> int:
    """By how many machines to multiply: "4 nodes with 8 GPUs each", "4 x 8 V100", "4 8-GPU machines"."""
    match = counted.match
    if match is None:
        return 1
    if match["nodes"]:
        return whole(match["nodes"]) or 1
    per_node = PER_NODE_AFTER.match(m.after)
    if counted.value == 1 and not per_node:
        return 1
    if match["joint"].strip() in tuple("-x×*✕") and MACHINES_AFTER.match(m.after):
        machines = MACHINES_BEFORE.search(m.before[: match.start("count")])
        return (whole(machines["nodes"]) or 1) if machines else 1
    in_all = TOTAL_BEFORE.search(m.before[: match.start("count")]) or TOTAL_AFTER.match(m.after)
    if in_all or not EACH.search(m.sentence) or _each_of_others(m, counted):
        return 1
    place = counted.start - m.start
    if re.match(rf"^\s?(?:{_UNITS})?\s?\(", m.after) and NODES.search(m.after.partition(")")[0]):
        return 1  # "64 A100s (8 nodes of 8)"
    for node in NODES.finditer(m.sentence):
        if IN_ALL.match(m.sentence[node.end() : place + 1]) and not per_node:
            return 1
        if not node.start() <= place < node.end():
            return whole(node["nodes"]) or 1
    return 1


def _each_of_others(m: _Mention, counted: _Counted) -> bool:
    """Whether "each" is of something else: "3072 chips in each pod", "8 GPUs for each model"."""
    return bool(EACH_OF_OTHERS.match(m.sentence, counted.end - m.start) or EACH_OF_OTHERS.search(m.after[:30]))


# --- counts with no device beside them --------------------------------------------------------------------------------


def _of_no_device(text: str, start: int, sentence: str, devices: Sequence[DeviceMention]) -> list[Count]:
    """Counts of workers with a device somewhere in the sentence, and of bare chips, cores, cards: the first kind found.

    "Training on K80s, over 8 parallel workers", "the number of GPUs is 24", "each run used one card", "on 32 chips".
    """
    gpus = [d for d in devices if d.kind in ("gpu", "tpu")]
    gpu = next((d for d in gpus if d.processor is not None), gpus[0] if gpus else None)
    return (
        _of_workers(start, sentence, gpu)
        or _of_number(start, sentence, gpu)
        or _of_named_cards(start, sentence, gpu)
        or _of_named_before(text, start, sentence)
        or _of_bare(text, start, sentence)
    )


def _of_workers(start: int, sentence: str, gpu: DeviceMention | None) -> list[Count]:
    if gpu is None or re.search(r"\b(?:each|every|per|a) [GT]PU\b", sentence):
        return []
    found = WORKERS.search(sentence)
    value = whole(found["n"]) if found else None
    if found is None or not value:
        return []
    mention = _Mention(sentence, start, gpu, sentence[: found.start()], sentence[found.end() :])
    counted = _Counted(value, start + found.start("n"), start + found.end("n"), "workers")
    refusal = _refusal(mention, counted)
    return [
        Count(value, counted.start, counted.end, "workers", gpu, refused=Reason(refusal) if refusal else None)
    ]  # fmt: skip


def _of_number(start: int, sentence: str, gpu: DeviceMention | None) -> list[Count]:
    found = NUMBER_OF.search(sentence) if "umber of" in sentence else None
    return [
        Count(value, start + found.start(name), start + found.end(name), "number of devices is", gpu)
        for name in ("n", "most")
        if found and found[name] and (value := whole(found[name]))
    ]


_LATIN = {"quad": 4, "oct": 8, "octo": 8}


def _of_named_cards(start: int, sentence: str, gpu: DeviceMention | None) -> list[Count]:
    found = CARDS_IN_NAME.search(sentence) if "-" in sentence else None
    if found and gpu is None and not found["way"]:
        return []
    name = "way" if found and found["way"] else "n"
    printed = found[name].lower() if found else ""
    value = _LATIN.get(printed) or whole(printed)
    if found is None or not value:
        return []
    return [Count(value, start + found.start(name), start + found.end(name), "count in a machine's name", gpu)]


def _of_named_before(text: str, start: int, sentence: str) -> list[Count]:
    if not DEVICES_NEAR.search(text, max(0, start - 400), start + len(sentence)):
        return []  # "better than people on three of them"
    spoken_of = any(word in sentence for word in (" card", " of the"))  # "of them", "of these", "of those"
    found = (SOME_OF_THEM.search(sentence) or ONE_USED.search(sentence)) if spoken_of or " of tho" in sentence else None
    name = "one" if found and found["one"] else "n"
    value = 1 if name == "one" else whole(found[name]) if found else None
    if found is None or not value:
        return []
    return [Count(value, start + found.start(name), start + found.end(name), "some of the named ones", None)]


def _of_bare(text: str, start: int, sentence: str) -> list[Count]:
    """The bare counts and the others of their lists; "cores" only where TPUs are near."""
    if not any(what in sentence for what in ("chips", "cores", "cards", "accelerators")):
        return []
    found: list[Count] = []
    for m in BARE.finditer(sentence):
        value = whole(m["n"])
        of_cores = m["what"].lower() == "cores"
        near = text[max(0, start - 400) : start + len(sentence)]
        if value and value > 1 and (not of_cores or TPU_NEAR.search(near)):
            found += _bare(start, sentence, m, value)
    return found


def _bare(start: int, sentence: str, m: re.Match[str], value: int) -> list[Count]:
    before = sentence[: m.start()]
    several = SEVERAL_BEFORE.search(before)
    listed = several[0] if several else ""
    before = before[: len(before) - len(listed)]
    told = USED_BEFORE.search(before[-50:]) or USED_AFTER.match(sentence[m.end() :])
    said = NOT_DONE_BEFORE.search(before[-70:]) and not DONE_SO.search(before[-90:])
    used = told and not (said or PER_DEVICE.search(before))
    count = Count(
        value, start + m.start("n"), start + m.end("n"), "chips, cores or cards", None,
        refused=None if used else Reason(Refusal.NOT_USED_SO),
    )  # fmt: skip
    lesser = (
        replace(count, value=int(item[0]), start=place, end=place + len(item[0]), lesser=True)
        for item in re.finditer(r"\d+", listed)
        for place in [start + len(before) + item.start()]
    )
    return [count, *lesser]


# --- what is no count of a run's processors: the first row that holds -------------------------------------------------


def _is_not_done(m: _Mention, counted: _Counted) -> bool:
    needed = NOT_DONE_AFTER.match(m.after) and not (TIME_OF_TRAINING.search(m.before) or _stands_with_a_time(m))
    if needed or ("would" in m.sentence and HYPOTHESIS.search(m.sentence)):
        return True
    if DONE_THERE.match(m.after):
        return False
    said = NOT_DONE_BEFORE.search(m.before[-70:])
    return said is not None and not (HOURS.search(said[0]) or DONE_SO.search(m.before[-90:]))


def _stands_with_a_time(m: _Mention) -> bool:
    """Whether a bracket holds the device with a time: of "40 epochs (4 hours on a T4) are needed" the epochs are."""
    opens = m.before.rfind("(")
    return opens > m.before.rfind(")") and ")" in m.after and HOURS.search(m.before[opens:]) is not None


def _is_of_one_machine(m: _Mention, counted: _Counted) -> bool:
    """Whether it is told what one machine has: "each server contains 8 GPUs", "20 cards (two GPUs each)"."""
    if counted.value == 1:
        return False
    in_brackets = re.match(r"\s?each\b", m.after, re.IGNORECASE) and m.before.rfind("(") > m.before.rfind(")")
    return bool(ONE_MACHINE_BEFORE.search(m.before) or in_brackets)


def _is_machine(m: _Mention, counted: _Counted) -> bool:
    """Whether machines of the device are counted: "a single H100 node"; an "8-card A800 server" has eight."""
    named = m.device.kind == "gpu" and m.device.processor is not None and counted.pattern != "count after device"
    in_its_name = counted.match is not None and counted.match["joint"].strip() in tuple("x×*✕")
    return named and bool(NODES_OF.match(m.after)) and not in_its_name and not CARDS_EACH_BEFORE.search(m.before)


def _modifies(m: _Mention, counted: _Counted) -> bool:
    """Whether the device only describes a noun: "a GPU implementation", "two GPU kernels"."""
    if m.device.printed.endswith("GB") and re.match(r"\s(?:of )?(?:memory|RAM|VRAM)", m.after):
        return False  # "a P100 with 16 GB memory"
    several = SEVERAL_KINDS.match(m.after)
    if counted.match and counted.match["joint"].strip() == "-" and counted.value > 1:
        several = None  # "an 8-GPU implementation"
    return bool(MODIFIES.match(m.after)) and (counted.one or several is not None)


def _is_general(m: _Mention, counted: _Counted) -> bool:
    """Whether "a V100" is any V100: "a V100 delivers 125 TFLOPS", "a GPU is fast"."""
    if not counted.one:
        return False
    return bool(DESCRIBED.match(m.after)) or (m.device.processor is None and not DONE.search(m.sentence))


REFUSALS: tuple[tuple[Callable[[_Mention, _Counted], bool], Refusal], ...] = (
    (_is_not_done, Refusal.NOT_USED_SO),
    (lambda m, c: bool(OTHER_WORK_AFTER.match(m.after)), Refusal.OTHER_WORK),
    (_is_of_one_machine, Refusal.ONE_MACHINE),
    (_is_machine, Refusal.MACHINES),
    (_modifies, Refusal.NO_PROCESSORS),
    (_is_general, Refusal.IN_GENERAL),
)


def _refusal(m: _Mention, counted: _Counted) -> Refusal | None:
    """Why the count is of no processors of a run."""
    return next((refusal for holds, refusal in REFUSALS if holds(m, counted)), None)
