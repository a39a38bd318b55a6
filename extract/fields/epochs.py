"""Passes over the training data in a whole run."""

from __future__ import annotations

from collections.abc import Iterator

from db.models import Candidate, Field
from db.vocabulary import Purpose, Reason, Refusal
from extract.fields.paper import PaperView

FIELD = Field.EPOCHS

EXAMPLES: tuple[tuple[str, list[object]], ...] = (
    ("All models are trained for 90 epochs.", [90]),
    ("We train for a total of 300 epochs with Adam.", [300]),
    ("The maximum number of epochs is set to 50.", [50]),
    ("We trained it for 1M steps (ca. 14 epochs).", [14]),
    ("The rate is dropped at 60, 120 and 160 epochs and we train for 200 epochs in total.", [200]),
    ("We use SGD with cosine decay to zero over 600 epochs.", [600]),
    ("We report the test error after 500 training epochs.", [500]),
    ("We train the models for 36M iterations or 4 epochs.", [4]),
    ("We train for 100 epochs with a patience of 10 epochs.", [100]),
    ("For training we use a batch size of 32 and 3 epochs over the data.", [3]),
    ("Every run shares one recipe with 45 total epochs, chosen by its validation error.", [45]),
    ("Our best setting is a batch of 64, lr=1e-4, 25 epochs.", [25]),
    ("Training of the parser was done on two cards, across 18 epochs.", [18]),
    ("Every baseline is trained with one epoch of the logs.", [1]),
    ("In training, the rate is decreased from 10^-^2 to 10^-^4 over 55 epochs.", [55]),
    ("We train with a fixed number of epochs (120 on Flickr, 30 on Citeseer).", [120, 30]),
    ("The number of fine-tune epochs is set to 15.", [15]),
    ("We train the density network for 20, 000 epochs.", [20_000]),
    ("We keep the rate for the first 80 epochs of training and decay it to zero over the next 120 epochs.", [200]),
    ("Our rate in training is 0.1 for the first 60, 0.01 for the next 30, and 0.001 for the last 10 epochs.", [100]),
    ("The head is trained for the initial 10 epochs, the whole network for the remaining 40 epochs.", [50]),
    ("We train for 90 epochs, with a rate of 0.1 for the first 60 epochs and 0.01 for the next 30 epochs.", [90]),
    # near misses
    ("Layers are frozen for the first 10 epochs of training and Mosaic is closed for the last 15 epochs.", []),
    ("In training we use the first 30 epochs, and the next 100 steps, for warm-up.", []),
    ("Our network needs only 3 epochs to reach an error of 9 %, where the other needs 30.", []),
    ("In training, the loss reaches its lowest value within 12 epochs.", []),
    ("Training losses are stable after about 25 epochs of training.", []),
    ("Training stops after 6 epochs with no further decrease of the loss.", []),
    ("The networks were trained for 160 epochs with the published code (Acme, 2016).", [160]),
    ("The learning rate is divided by 10 after 30 epochs.", []),
    ("We use a linear warm-up of 5 epochs.", []),
    ("We train with a decay at epochs 27 and 33.", []),
    ("The best result was found at epoch 42 during training.", []),
    ("The training time for a single epoch is given in Table 2.", []),
    ("In training, gradual warmup increases the rate linearly over 5 epochs.", []),
    ("Mosaic is closed for the last 15 epochs of training.", []),
    ("We evaluate the trained model every 10 epochs.", []),
    ("Training sees each token once, with the exception of the books, over which we perform two epochs.", []),
    ("They correspond to two epochs, a single epoch and a third of an epoch.", []),
)


def read(view: PaperView) -> Iterator[Candidate]:
    """Every number of epochs; chosen where it is the length of a run of the paper's own."""
    for s in view.statements:
        for e in s.epochs:
            reason = e.refused or s.foreign_at(e.start)
            if reason is None and e.value < 1:
                reason = Reason(Refusal.LESS_THAN_AN_EPOCH)
            purpose = s.purpose_at(e.start)
            yield view.from_passage(
                s.passage, e.start, e.end, FIELD, e.value, e.pattern, low=e.low, high=e.high,
                purpose=Purpose.TRAINING if purpose is Purpose.INFERENCE else purpose, chosen=reason is None,
                reason=reason and reason.words,
                qualifiers={"statement": s.number, "place": e.start},
            )  # fmt: skip
    yield from (c for c in view.training_cells if c.field == FIELD)
