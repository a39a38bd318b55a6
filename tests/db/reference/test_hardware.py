"""hardware.csv: the devices that papers print resolve to one line each, and labels that look like them do not."""

import time
from pathlib import Path

import pytest

from db.reference.hardware import device_pattern, find_device, find_devices, has_device_context, load_hardware
from db.reference.printed_names import fold
from extract.confidence.labels import LabelSet, load_entries, load_labels

HARDWARE = load_hardware()

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
GOLD = SHARED / "gold" / "papers"


def test_holds_the_processors_of_machine_learning():
    """It holds some hundreds of processors of every kind, each with a source."""
    assert len(HARDWARE) >= 150
    assert {processor.kind for processor in HARDWARE.values()} == {"gpu", "tpu", "cpu", "other", "system"}
    assert all(processor.source and processor.vendor for processor in HARDWARE.values())
    assert all(2001 <= processor.year <= 2026 for processor in HARDWARE.values())


def test_peaks_and_powers_are_of_the_right_order():
    """It keeps GFLOP/s and watts: no TFLOP/s, no FLOP/s, no tensor peak below the plain one where both are there."""
    for processor in HARDWARE.values():
        if processor.peak_gflops_fp32 is not None and processor.contains is None:
            assert 40 <= processor.peak_gflops_fp32 <= 1e6, processor.name
        if processor.peak_gflops_tensor is not None and processor.peak_gflops_fp32 is not None:
            assert processor.peak_gflops_tensor >= 0.99 * processor.peak_gflops_fp32, processor.name
        if processor.tdp_watts is not None:
            assert 5 <= processor.tdp_watts <= 25_000, processor.name


@pytest.mark.parametrize("name", [p.name for p in HARDWARE.values() if p.contains is not None])
def test_a_system_is_the_sum_of_its_processors(name):
    """It gives a system the peak of the processors in it, to the digits of the source."""
    system = HARDWARE[name]
    assert system.processors >= 1
    inner = HARDWARE[system.contains].peak_gflops_fp32
    if system.peak_gflops_fp32 is not None and inner is not None:
        assert system.peak_gflops_fp32 == pytest.approx(system.processors * inner, rel=0.08)


def test_a_name_alone_finds_its_own_line():
    """It finds each line by its own name."""
    for name, processor in HARDWARE.items():
        assert find_device(name) == processor, name


@pytest.mark.parametrize(
    ("printed", "name", "gflops"),
    [
        ("NVIDIA Tesla V100-SXM2 16GB", "Tesla V100 SXM2 16 GB", 15_670),
        ("V100", "Tesla V100 PCIe 32 GB", 14_130),
        ("V100s", "Tesla V100 PCIe 32 GB", 14_130),
        ("Tesla V100S", "Tesla V100S PCIe 32 GB", 16_350),
        ("Nvidia Titan V100 (32GB)", "Tesla V100 PCIe 32 GB", 14_130),
        ("Titan X (Pascal)", "Titan X Pascal", 10_974.2),
        ("Titan X", "Titan X Pascal", 10_974.2),
        ("GeForce Titan X", "Titan X Pascal", 10_974.2),
        ("GeForce GTX TITAN X", "GeForce GTX Titan X", 6_691),
        ("GTX Titan X Maxwell", "GeForce GTX Titan X", 6_691),
        ("TITAN Xp GPUs", "Titan Xp", 12_150),
        ("TITAN-V", "Titan V", 14_899.2),
        ("NVIDIA TITAN RTX", "Titan RTX", 16_312),
        ("NVIDIA Titan Black", "GeForce GTX Titan Black", 5_645),
        ("1080Ti", "GeForce GTX 1080 Ti", 11_339.7),
        ("1080 Ti", "GeForce GTX 1080 Ti", 11_339.7),
        ("GTX 1080 Ti", "GeForce GTX 1080 Ti", 11_339.7),
        ("NVIDIA GTX-1080", "GeForce GTX 1080", 8_872.9),
        ("GeForce RTX 2080 Ti", "GeForce RTX 2080 Ti", 13_447),
        ("RTX 3090", "GeForce RTX 3090", 35_580),
        ("GTX 580", "GeForce GTX 580", 1_581.1),
        ("K40 GPUs", "Tesla K40", 5_046),
        ("k80s", "Tesla K80", 8_126),
        ("NVIDIA M40", "Tesla M40", 6_844),
        ("Tesla P100", "Tesla P100 PCIe 16 GB", 9_526),
        ("P100 (SXM2)", "Tesla P100 SXM2 16 GB", 10_610),
        ("Tesla T4", "Tesla T4", 8_141),
        ("Quadro K6000", "Quadro K6000", 5_196),
        ("NVIDIA A100 40GB", "A100 SXM4 40 GB", 19_500),
        ("A100-80GB", "A100 SXM4 80 GB", 19_500),
        ("A100 GPU with 80GB of RAM", "A100 SXM4 80 GB", 19_500),
        ("A100 PCIe", "A100 PCIe 40 GB", 19_500),
        ("NVIDIA H100 SXM5", "H100 SXM5 80 GB", 66_910),
        ("AMD Instinct MI250X", "Instinct MI250X", 47_870),
        ("AMD MI200 GPUs", "Instinct MI200 (unspecified)", None),
        ("Intel KNL", "Xeon Phi 7250", 6_092.8),
        ("Ascend NPUs", "Ascend (unspecified)", None),
        ("Quadro R8000", "Quadro RTX 8000", 16_310),
        ("TPUs (v3)", "TPU v3", 123_000),
        ("v4 TPUs", "TPU v4", 275_000),
        ("CloudTPUv4 chips", "TPU v4", 275_000),
        ("CloudTPUv3", "Cloud TPU v3", 492_000),
        ("TPUv3", "TPU v3", 123_000),
        ("TPU v3 chips", "TPU v3", 123_000),
        ("TPU v3 cores", "TPU v3 core", 61_500),
        ("TPUv3-cores", "TPU v3 core", 61_500),
        ("Cloud TPU v2", "Cloud TPU v2", 180_000),
        ("Google Cloud TPUv2", "Cloud TPU v2", 180_000),
        ("Cloud TPU v3", "Cloud TPU v3", 492_000),
        ("TPU v3-8", "Cloud TPU v3", 492_000),
        ("TPU v3-32", "TPU v3-32", 1_968_000),
        ("Cloud TPU v3 Pod", "Cloud TPU v3 Pod", 125_952_000),
        ("Intel(R) Xeon(R) CPU E5-2690 v4 @ 2.60GHz", "Xeon E5-2690 v4", 1_164.8),
        ("Xeon Gold 6148", "Xeon Gold 6148", 3_072),
        ("Intel Core i7 i7-7700K", "Core i7-7700K", 537.6),
        ("DGX-2", "DGX-2", 250_720),
        ("Intel Xeon", "Xeon (unspecified)", None),
        ("NVidia Kepler", "NVIDIA Kepler GPU (unspecified)", None),
    ],
)
def test_printed_names_resolve(printed, name, gflops):
    """It resolves the name as papers print it, with the FP32 peak."""
    processor = find_device(printed)
    assert processor is not None
    assert (processor.name, processor.peak_gflops_fp32) == (name, gflops)


@pytest.mark.parametrize(
    "printed",
    [
        "GPU", "GPUs", "NVIDIA GPUs", "CPU", "TPU", "TPU cores", "graphics card",
        "", "ResNet-50", "1080p", "P1000x", "GTX", "Table 4", "V1000", "K400", "titanium",
    ],
)  # fmt: skip
def test_generic_words_and_other_names_resolve_to_none(printed):
    """It resolves no word for processors in general, nor what only looks like a device."""
    assert find_device(printed) is None


@pytest.mark.parametrize(
    ("printed", "year", "name"),
    [
        ("Titan X", 2015, "GeForce GTX Titan X"),
        ("Titan X", 2016, "Titan X Pascal"),
        ("DGX-1", 2016, "DGX-1 (P100)"),
        ("DGX-1", 2018, "DGX-1 (V100)"),
        ("V100", 1999, "Tesla V100 PCIe 32 GB"),  # no line is old enough: the year is wrong, not the name
    ],
)
def test_the_papers_year_tells_devices_of_one_name_apart(printed, year, name):
    """It takes no device that came out after the paper, where the name leaves a choice."""
    assert find_device(printed, year).name == name


def told(text: str) -> list[tuple[str | None, bool]]:
    return [(m.processor.name if m.processor else None, m.needs_context) for m in find_devices(text)]


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("We trained on 8 V100 GPUs for 3 days.", [("Tesla V100 PCIe 32 GB", False)]),
        ("on eight NVIDIA\nTesla K40 cards", [("Tesla K40", False)]),
        ("8 GPUs and 2 CPUs", [(None, False), (None, False)]),
        ("on K40s, then on P100 GPUs", [("Tesla K40", True), ("Tesla P100 PCIe 16 GB", False)]),
        ("an NVIDIA M40", [("Tesla M40", False)]),
        ("A100 samples were drawn", [("A100 SXM4 40 GB", True)]),
        ("columns T1, T2, T3 and T4", [("Tesla T4", True)]),
        ("levels P3, P4 and P6 of the pyramid", []),
        ("a 10 layer network", []),
        ("the ablation M40", [("Tesla M40", True)]),
        ("in version V1000", []),
        ("ResNet-v100b", []),
        ("SV100 and V100x", []),
        ("16 TPUv3 chips and 128 TPU cores", [("TPU v3", False), (None, False)]),
        ("tensor processing units", [(None, False)]),
        ("a V100\u2011SXM2 (32 GB)", [("Tesla V100 SXM2 32 GB", False)]),
        ("GeForce GTX TITAN X", [("GeForce GTX Titan X", False)]),
        ("on 8xA100 GPUs, then 4\u00d7V100", [("A100 SXM4 40 GB", False), ("Tesla V100 PCIe 32 GB", False)]),
        ("maxV100", []),
        ("an Intel 2.2 GHz Xeon", [("Xeon (unspecified)", False)]),
        ("3090 steps on 3090 GPUs", [("GeForce RTX 3090", True), ("GeForce RTX 3090", False)]),
        ("a TPU V.2 chip", [("TPU v2", False)]),
    ],
)
def test_devices_in_running_text(text, mentions):
    """It finds devices and generic words in text, and flags short names that need a word near them."""
    assert told(text) == mentions


@pytest.mark.parametrize(
    ("text", "is_device"),
    [
        ("A100 samples were drawn at random from the set", False),
        ("The rows T1 to T4 give the scores", False),
        ("All models were trained on a single T4", True),
        ("it takes 20 hours on one K80", True),
        ("Table 2. Params, FLOPs and speed. M40: 12 ms", False),
    ],
)
def test_words_near_a_short_name_make_it_a_device(text, is_device):
    """It tells by the words around a short name whether a processor is meant."""
    mention = find_devices(text)[0]
    assert mention.needs_context
    assert has_device_context(text, mention) is is_device


def test_a_mention_is_where_it_is_printed():
    """It gives the place of vendor, name, plural and variant in the printed text."""
    text = "We used 4 NVIDIA Tesla V100s (32 GB) and GPUs."
    named, generic = find_devices(text)
    assert (named.printed, text[named.start : named.end]) == ("NVIDIA Tesla V100s (32 GB)",) * 2
    assert (named.kind, generic.kind, generic.processor) == ("gpu", "gpu", None)


def test_the_pattern_reads_folded_text():
    """It offers one pattern for folded text, in whole words."""
    assert device_pattern().search(fold("on 8 Tesla P100 GPUs")).group(1) == "tesla p100"
    assert device_pattern().search(fold("nothing here")) is None


# printed names that tell no processor of the table: kinds, machines, chips without a published peak, odd spellings
NO_PROCESSOR = frozenset(
    (
        "CPU", "CPU core", "CPU cores of the Calcul Québec MP2 research cluster", "multicore CPU", "3GHz Intel core",
        "ARM processor", "Qualcomm Snapdragon 820", "Pixel 1 Phone (big CPU core)", "GPU", "GPUs", "GPUS",
        "SDSC Comet GPU Nodes", "Volta 32GB GPU", "TPU", "TPUs", "Google TPU", "GTX750 Nvidia GPU", "K-80 GPUs",
        "V-100 GPUs", "V-100 16Gb GPUs", "accelerator chips",
    )
)  # fmt: skip


def test_every_device_of_the_labelled_papers_resolves():
    """It resolves every device that labelled papers train on, but those that tell no processor; of the tuned papers,
    since nobody looks at what is not found of the others."""
    tuned = {entry.arxiv_id for entry in load_entries() if entry.set is LabelSet.TUNED}
    runs = [run for paper, labels in load_labels().items() if paper in tuned for run in labels.runs]
    printed = {run["device"] for run in runs if run["device"] and run["purpose"] != "inference"}
    assert len(printed) > 100
    assert {name for name in printed if find_device(name) is None} <= NO_PROCESSOR


def test_a_page_is_read_in_milliseconds():
    """It reads a page's text in a few milliseconds, names being compiled once."""
    page = "We train on the data set described in section 3 with 8 GPUs and a batch of 256 images. " * 60
    find_devices(page)
    start = time.perf_counter()
    for _ in range(20):
        find_devices(page)
    assert (time.perf_counter() - start) / 20 < 0.05


# Epoch AI's figures (CC BY 4.0), read off its table; the study's own stand in thompson2020_peaks.csv.
BY_ONE_RULE = {
    "Tesla K40": 5046, "Tesla K80": 8126, "Tesla M40": 6844, "GeForce GTX Titan": 4709, "GeForce GTX Titan Black": 5645,
    "GeForce GTX Titan X": 6691, "Titan X Pascal": 10970, "Titan Xp": 12150, "GeForce GTX 680": 3250,
    "GeForce GTX 780": 4156, "GeForce GTX 780 Ti": 5345, "GeForce GTX 1050": 1862, "Tesla P100 PCIe 16 GB": 9526,
    "Tesla V100 PCIe 16 GB": 14130, "Tesla V100 SXM2 16 GB": 15670, "Tesla T4": 8141, "A100 SXM4 40 GB": 19490,
}  # fmt: skip


@pytest.mark.parametrize("name", BY_ONE_RULE)
def test_gpu_peaks_are_at_the_boost_clock(name):
    """It counts every GPU that has one at its boost clock, within half a percent of Epoch AI's figure."""
    assert HARDWARE[name].clock == "boost" and HARDWARE[name].peak_format == "fp32"
    assert HARDWARE[name].peak_gflops_fp32 == pytest.approx(BY_ONE_RULE[name], rel=0.005)


def test_a_clock_is_told_by_a_source_or_follows_from_kind_and_year():
    """It gives a GPU without a source on its clock the boost clock since 2012, and one clock before."""
    for processor in HARDWARE.values():
        if processor.kind == "gpu" and processor.clock and not processor.clock_is_told:
            by_rule = "fixed" if processor.year < 2012 else "boost"
            assert processor.clock == by_rule, processor.name
    assert HARDWARE["Tesla K20X"].clock == "fixed" and HARDWARE["Tesla K20X"].clock_is_told
    assert HARDWARE["Xeon E5620"].clock_is_told and not HARDWARE["Titan Xp"].clock_is_told


def test_every_peak_says_its_clock_and_number_format():
    """It says of every peak its clock, its number format and its source; TPUs' are bf16, the same on both columns."""
    for processor in HARDWARE.values():
        assert (processor.peak_gflops_fp32 is None) == (processor.clock is None) == (processor.peak_format is None)
        assert (processor.peak_gflops_tensor is None) == (processor.tensor_format is None)
        assert processor.source
        if processor.kind == "tpu" and processor.peak_gflops_fp32 is not None:
            assert processor.peak_format == "bf16", processor.name
            assert processor.peak_gflops_fp32 == processor.peak_gflops_tensor, processor.name
