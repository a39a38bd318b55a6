"""How papers speak of hardware, counts, times and epochs: sentences, near misses, and what must come out of each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.models import Candidate, Document, Field
from extract.fields import field_readers
from extract.fields.paper import view_paper
from extract.layout.blocks import lay_out
from extract.runs.join import group_runs
from tests.extract.written import written_page, written_paper

KEYS = {"device": Field.DEVICE, "count": Field.DEVICE_COUNT, "time": Field.TRAINING_TIME, "epochs": Field.EPOCHS}
MINUTE, HOUR, DAY, WEEK = 60, 3600, 86400, 604800

# (sentence, values that must be chosen; a field left out must have none)
SENTENCES: list[tuple[str, dict[str, list[object]]]] = [
    # a device, how many, how long
    (
        "We used 4 × RTX 2080 Ti for about 36 hours to train it.",
        {"device": ["RTX 2080 Ti"], "count": [4], "time": [36 * HOUR]},
    ),
    ("Training was carried out on a machine with 4 Nvidia P40s.", {"device": ["Nvidia P40"], "count": [4]}),
    ("Training took ∼5 days on 4 GPUs.", {"count": [4], "time": [5 * DAY]}),
    (
        "Pre-training was done on 16 Cloud TPUs (64 chips) for 4 days.",
        {"device": ["Cloud TPU"], "count": [16], "time": [4 * DAY]},
    ),
    ("Training takes roughly 2 weeks on a single DGX-1.", {"device": ["DGX-1"], "count": [1], "time": [2 * WEEK]}),
    (
        "We train on 32 TPUv3 cores with a batch size of 4096 for 300 epochs.",
        {"device": ["TPUv3 core"], "count": [32], "epochs": [300]},
    ),
    ("Each model was trained with 8 GPUs for 1.5 days.", {"count": [8], "time": [1.5 * DAY]}),
    ("The network converged in 21 hours using 64 V100 GPUs.", {"device": ["V100"], "count": [64], "time": [21 * HOUR]}),
    ("Training takes between 2 and 3 days on 2 Titan Xp.", {"device": ["Titan Xp"], "count": [2], "time": [2.5 * DAY]}),
    ("It trains in under 10 minutes on one GTX 1080.", {"device": ["GTX 1080"], "count": [1], "time": [10 * MINUTE]}),
    (
        "We trained on a p3.16xlarge instance for 12 hours.",
        {"device": ["p3.16xlarge"], "count": [1], "time": [12 * HOUR]},
    ),
    ("We use SGD with a batch size of 256 on 8 GPUs (32 images per GPU).", {"count": [8]}),
    ("The model was trained on 3072 A100 GPUs at 50% utilisation.", {"device": ["A100"], "count": [3072]}),
    (
        "The final model was trained for 34 days on 384 A100-80GB GPUs.",
        {"device": ["A100-80GB"], "count": [384], "time": [34 * DAY]},
    ),
    ("We train on 48 nodes, each having 8 80GB A100 GPUs.", {"device": ["A100"], "count": [384]}),
    ("We train using FP16 on 8 GPUs.", {"count": [8]}),
    ("We trained for 200k updates, which took 3 days.", {"time": [3 * DAY]}),
    ("We train for 1000 epochs (about 5 hours).", {"time": [5 * HOUR], "epochs": [1000]}),
    (
        "All models were trained on eight NVIDIA Tesla V100 GPUs with 32 GB of memory.",
        {"device": ["NVIDIA Tesla V100"], "count": [8]},
    ),
    (
        "We trained our model on a single NVIDIA GeForce RTX 3090.",
        {"device": ["NVIDIA GeForce RTX 3090"], "count": [1]},
    ),
    (
        "The training was performed on two Nvidia K80 cards and took a week.",
        {"device": ["Nvidia K80"], "count": [2], "time": [WEEK]},
    ),
    ("Training on four GTX 1080Ti took one day.", {"device": ["GTX 1080Ti"], "count": [4], "time": [DAY]}),
    ("We pretrain for 5 days on 16 V100s.", {"device": ["V100"], "count": [16], "time": [5 * DAY]}),
    (
        "Our largest model was trained on 512 TPU v3 chips for 2.5 days.",
        {"device": ["TPU v3 chip"], "count": [512], "time": [2.5 * DAY]},
    ),
    ("The whole training lasts for 3 days and 4 hours.", {"time": [3 * DAY + 4 * HOUR]}),
    ("The training lasted 1 h 20 min.", {"time": [80 * MINUTE]}),
    ("The training time is 29 hours.", {"time": [29 * HOUR]}),
    ("Total training time: 14h.", {"time": [14 * HOUR]}),
    (
        "We train the network until convergence, which takes around 18 hrs on one Tesla K40c.",
        {"device": ["Tesla K40c"], "count": [1], "time": [18 * HOUR]},
    ),
    ("Training our big model required 3.5 days.", {"time": [3.5 * DAY]}),
    (
        "Fine-tuning takes less than an hour on a single Cloud TPU.",
        {"device": ["Cloud TPU"], "count": [1], "time": [HOUR]},
    ),
    ("It was trained for half a day.", {"time": [DAY / 2]}),
    ("Training finished after two and a half days.", {"time": [2.5 * DAY]}),
    ("The optimization ran for a week and a half on a K40.", {"device": ["K40"], "count": [1], "time": [1.5 * WEEK]}),
    ("All models are trained for one month on 64 A100 GPUs.", {"device": ["A100"], "count": [64], "time": [30 * DAY]}),
    ("Training each model takes 6-8 hours.", {"time": [7 * HOUR]}),
    ("Training takes 1 or 2 days.", {"time": [1.5 * DAY]}),
    ("Training takes from 4 to 6 days on V100 GPUs.", {"device": ["V100"], "time": [5 * DAY]}),
    (
        "We train a model in 26 hours on 8 Tesla V100 GPUs with public code [8].",
        {"device": ["Tesla V100"], "count": [8], "time": [26 * HOUR]},
    ),
    ("Training took 4d on 8 GPUs.", {"count": [8], "time": [4 * DAY]}),
    ("In total, the training took 70h, 48min.", {"time": [70 * HOUR + 48 * MINUTE]}),
    ("Our models were trained in parallel on 8 GTX TITAN X GPUs.", {"device": ["GTX TITAN X"], "count": [8]}),
    ("We trained it on a cluster of 16 machines with 8 P100 each.", {"device": ["P100"], "count": [128]}),
    ("Training used 4 machines with 4 GPUs each.", {"count": [16]}),
    ("We train with 8 GPUs per node and 16 nodes.", {"count": [128]}),
    ("We trained the model on 64 nodes of 8 V100 GPUs.", {"device": ["V100"], "count": [512]}),
    ("Training ran on 6 DGX-2 machines (96 V100 GPUs).", {"device": ["V100"], "count": [96]}),
    (
        "It was trained on a DGX-2 with 16 V-100 GPUs in 7 days.",
        {"device": ["V-100"], "count": [16], "time": [7 * DAY]},
    ),
    ("We trained on two 8-GPU machines for 20 hours.", {"count": [16], "time": [20 * HOUR]}),
    ("The models were trained on an 8-GPU machine.", {"count": [8]}),
    ("Training used a 4-GPU server with GTX 1080 Ti cards.", {"device": ["GTX 1080 Ti"], "count": [4]}),
    ("We train on V100 × 8.", {"device": ["V100"], "count": [8]}),
    ("Training was done on 8*A100 for 10 hours.", {"device": ["A100"], "count": [8], "time": [10 * HOUR]}),
    ("We trained on 4 × 8 V100 GPUs.", {"device": ["V100"], "count": [32]}),
    ("All models are trained using TPUv2 with 128 cores.", {"device": ["TPUv2 core"], "count": [128]}),
    ("We train on a TPU v3-512 pod for 3 days.", {"device": ["TPU v3 core"], "count": [512], "time": [3 * DAY]}),
    (
        "Training on Google Cloud TPUv3 64 cores took 10 hours.",
        {"device": ["Google Cloud TPUv3 core"], "count": [64], "time": [10 * HOUR]},
    ),
    (
        "It could be trained using a standard cloud TPUv3 with 8 cores in approximately 30 days.",
        {"device": ["cloud TPUv3 core"], "count": [8], "time": [30 * DAY]},
    ),
    ("We trained using 32 cores of a TPUv3.", {"device": ["TPUv3 core"], "count": [32]}),
    ("The model was trained on 1,024 Cloud TPU-V4 chips.", {"device": ["Cloud TPU-V4 chip"], "count": [1024]}),
    (
        "We trained it with 50 replicas running each on a NVidia Kepler GPU.",
        {"device": ["NVidia Kepler"], "count": [50]},
    ),
    ("Training runs on K80 GPUs, distributed over 8 parallel workers.", {"device": ["K80"], "count": [8]}),
    (
        "We train with asynchronous SGD on 50 NVIDIA K80 GPUs and 17 parameter servers.",
        {"device": ["NVIDIA K80"], "count": [50]},
    ),
    ("The number of TPUs used for training ranged from 64 to 512.", {"device": ["TPU"], "count": [64, 512]}),
    ("We train with 8 or 16 GPUs.", {"count": [8, 16]}),
    ("Training was scaled from 8 to 256 GPUs.", {"count": [8, 256]}),
    ("We train with 1, 2, 4 or 8 GPUs.", {"count": [1, 2, 4, 8]}),
    ("The network was trained on a dual Titan X workstation.", {"device": ["Titan X"], "count": [2]}),
    ("We trained on a pair of RTX 3090 cards.", {"device": ["RTX 3090"], "count": [2]}),
    ("Training used two of the four A30 GPUs of a node.", {"device": ["A30"], "count": [2]}),
    ("Training took place on 10 nodes with 4 V100 GPUs each (40 GPUs in total).", {"device": ["V100"], "count": [40]}),
    ("Training used 20 nodes (4 V100 GPUs per node).", {"device": ["V100"], "count": [80]}),
    ("Training used 3 machines × 8 GTX 1080 Ti.", {"device": ["GTX 1080 Ti"], "count": [24]}),
    ("Training the base (large) model used 16 (64) V100 GPUs.", {"device": ["V100"], "count": [16, 64]}),
    ("We trained it on a machine with 20 cores and 4 Tesla K80 GPUs.", {"device": ["Tesla K80"], "count": [4]}),
    ("Training hardware: A100, number of GPUs: 24.", {"device": ["A100"], "count": [24]}),
    ("Training ran on a TPU v3 pod (256 cores).", {"device": ["TPU v3 pod"], "count": [256]}),
    ("We train on TPU v2 with 32, 64 and 128 cores.", {"device": ["TPU v2"], "count": [32, 64, 128]}),
    ("We train on a TPUv3-64 for 2 days.", {"device": ["TPUv3 core"], "count": [64], "time": [2 * DAY]}),
    ("The nets were trained with 2 × T4.", {"device": ["T4"], "count": [2]}),
    ("Training took 50 minutes with one A100.", {"device": ["A100"], "count": [1], "time": [50 * MINUTE]}),
    ("We train on 2 GPUs (64 images each).", {"count": [2]}),
    (
        "Using eight P100 GPUs, we train for 100,000 steps or 12 hours.",
        {"device": ["P100"], "count": [8], "time": [12 * HOUR]},
    ),
    (
        "Training is done on 3 Quadro RTX 8000 for 2 days.",
        {"device": ["Quadro RTX 8000"], "count": [3], "time": [2 * DAY]},
    ),
    ("We train on 16 Ascend 910 processors in 5 hours.", {"device": ["Ascend 910"], "count": [16], "time": [5 * HOUR]}),
    (
        "Our method takes about one day to train on five Intel 2.2GHz Xeon servers.",
        {"device": ["Intel 2.2GHz Xeon"], "count": [5], "time": [DAY]},
    ),
    ("The network was trained on 32 AMD MI250X GPUs.", {"device": ["AMD MI250X"], "count": [32]}),
    ("We trained on 2 NVIDIA(R) A6000 GPUs.", {"device": ["NVIDIA(R) A6000"], "count": [2]}),
    ("Models are trained with mixed precision on 8 × 32GB V100 GPUs.", {"device": ["V100"], "count": [8]}),
    ("Training takes 9 hours on a GPU.", {"count": [1], "time": [9 * HOUR]}),
    ("On a Tesla K20, training takes about 12 h.", {"device": ["Tesla K20"], "count": [1], "time": [12 * HOUR]}),
    # several runs in one sentence
    (
        "ResNet-1001 takes about 27 hours to train on 2 GPUs; ResNet-200 takes about 3 weeks to train on 8 GPUs.",
        {"count": [2, 8], "time": [27 * HOUR, 3 * WEEK]},
    ),
    ("The model training takes about 12 hours for tagging and 8 hours for NER.", {"time": [12 * HOUR, 8 * HOUR]}),
    (
        "On 4 Titan X, the total training time costs 3 and 6 days respectively, and with ResNet-101 costs 5 days.",
        {"device": ["Titan X"], "count": [4], "time": [3 * DAY, 6 * DAY, 5 * DAY]},
    ),
    ("It took 8 hours to pre-train and 3 hours to fine-tune.", {"time": [8 * HOUR, 3 * HOUR]}),
    (
        "We trained the base model on 8 GPUs for 1 day and the large one on 32 GPUs for 4 days.",
        {"count": [8, 32], "time": [DAY, 4 * DAY]},
    ),
    ("Training takes 1.7s per mini-batch and 10 days total on 8 GPUs.", {"count": [8], "time": [10 * DAY]}),
    (
        "Each iteration took about 1.7 seconds on a K20, meaning the whole training took ∼9.5 days.",
        {"device": ["K20"], "count": [1], "time": [9.5 * DAY]},
    ),
    (
        "We train on eight V100s in 3 days, while inference runs at 30 FPS on a GTX 1080.",
        {"device": ["V100"], "count": [8], "time": [3 * DAY]},
    ),
    # worked out
    (
        "We train for 200 epochs on one V100 and each epoch takes 3 minutes.",
        {"device": ["V100"], "count": [1], "time": [600 * MINUTE], "epochs": [200]},
    ),
    ("We trained for 100 epochs; an epoch takes 30 minutes.", {"time": [50 * HOUR], "epochs": [100]}),
    ("We train for 50 epochs at 2 hours per epoch.", {"time": [100 * HOUR], "epochs": [50]}),
    ("Training it took 80 GPU-days on 8 M40 GPUs.", {"device": ["M40"], "count": [8], "time": [10 * DAY]}),
    ("Training cost 32 GPU hours on 4 V100s.", {"device": ["V100"], "count": [4], "time": [8 * HOUR]}),
    ("We trained for 100,000 steps on 8 GPUs, and each step took 0.5 seconds.", {"count": [8], "time": [50000]}),
    (
        "Training was done on 64 GPUs and it completed in ∼30h for a total of ∼80 GPU/day.",
        {"count": [64], "time": [30 * HOUR]},
    ),
    # epochs
    ("We trained for 12 epochs (1x schedule).", {"epochs": [12]}),
    ("All models use the 1x schedule (12 epochs) in training.", {"epochs": [12]}),
    ("We train with a 3x schedule (36 epochs with the rate decayed at epochs 27 and 33).", {"epochs": [36]}),
    ("We trained for 100, 200 and 400 epochs.", {"epochs": [100, 200, 400]}),
    ("We train the classifier for 7 epochs while the RPN is trained for 6 epochs.", {"epochs": [6, 7]}),
    (
        "We employ an AdamW optimizer for 300 epochs using a cosine decay scheduler and 20 epochs of linear warm-up.",
        {"epochs": [300]},
    ),
    ("We train for 90 epochs, dividing the learning rate by 10 at epochs 30, 60 and 80.", {"epochs": [90]}),
    ("The learning rate is divided by 10 at 30 and 60 epochs, and training ends at 90 epochs.", {"epochs": [90]}),
    ("The number of training epochs is 40.", {"epochs": [40]}),
    ("The number of epochs was set to 30.", {"epochs": [30]}),
    ("We set the maximum number of epochs to 1,000.", {"epochs": [1000]}),
    ("We train with batch size 32, learning rate 1e-4, and epochs = 10.", {"epochs": [10]}),
    ("Training runs for at most 50 epochs with early stopping.", {"epochs": [50]}),
    ("We use a 300-epoch training schedule.", {"epochs": [300]}),
    ("Each network is trained from scratch for 600 epochs.", {"epochs": [600]}),
    ("We fine-tune for 3 epochs with a batch size of 32.", {"epochs": [3]}),
    ("We train for one epoch over the data.", {"epochs": [1]}),
    ("We trained for up to 20 epochs.", {"epochs": [20]}),
    ("We trained for 7.5 epochs.", {"epochs": [7.5]}),
    ("The model was trained on ImageNet for fifty epochs.", {"epochs": [50]}),
    ("We train the model for 24k iterations (∼23 epochs).", {"epochs": [23]}),
    ("We train for 36M iterations or 4 epochs.", {"epochs": [4]}),
    ("It took 100 epochs to train the model.", {"epochs": [100]}),
    ("Training converges after 25 epochs.", {"epochs": [25]}),
    ("Our training stops after 150 epochs.", {"epochs": [150]}),
    ("We report the error of the trained network after 500 epochs.", {"epochs": [500]}),
    ("We train for an additional 10 epochs.", {"epochs": [10]}),
    ("We train for 100 epochs with a patience of 10 epochs.", {"epochs": [100]}),
    ("Training proceeds for 200 epochs with 5 warm-up epochs.", {"epochs": [200]}),
    ("We train with SGD, 0.9 momentum, and a learning rate of 0.1 for 100 epochs.", {"epochs": [100]}),
    ("We train 10-30 epochs.", {"epochs": [20]}),
    ("We use Adam with cosine decay to zero over 600 epochs.", {"epochs": [600]}),
    ("After training for 60 epochs we stop.", {"epochs": [60]}),
    ("The models are pre-trained for 7 epochs and fine-tuned for 2 epochs.", {"epochs": [7, 2]}),
    ("We train in 2 stages of 50 epochs each.", {"epochs": [50]}),
    # printed close together, or under a name that few tables know
    ("Training ran on 8×A100 cards over a week.", {"device": ["A100"], "count": [8], "time": [WEEK]}),
    ("We pretrained on 16xH100 GPUs.", {"device": ["H100"], "count": [16]}),
    ("All parts were trained with 3090 GPUs.", {"device": ["3090"]}),
    ("We trained it with one GTX TITAN X 12GB RAM GPU.", {"device": ["GTX TITAN X 12GB"], "count": [1]}),
    ("Training was run on 512 TPUs.", {"device": ["TPU"], "count": [512]}),
    ("On our Tesla K80 the training takes 9 hours.", {"device": ["Tesla K80"], "count": [1], "time": [9 * HOUR]}),
    ("The parser was trained for a week on one CPU.", {"count": [1], "time": [WEEK]}),
    # several times, of which only the first has a verb
    (
        "Training needs about two hours for the small set, five hours for the middle one, and one day for the whole.",
        {"time": [2 * HOUR, 5 * HOUR, DAY]},
    ),
    ("The first stage takes 2 days and stage two 5 hours of training.", {"time": [2 * DAY, 5 * HOUR]}),
    ("At 0.5 s per step, the 200k steps of training take about 28 hours.", {"time": [28 * HOUR]}),
    ("It took us 4 days to train the tagger and 3 hours to test it.", {"time": [4 * DAY]}),
    (
        "Training time is 2 days on V100 or 3 days on RTX 2080 Ti cards.",
        {
            "device": ["V100", "RTX 2080 Ti"],
            "time": [2 * DAY, 3 * DAY],
        },
    ),
    ("The training time was cut from 5 days to 9 hours.", {"time": [9 * HOUR]}),
    (
        "The whole training and evaluation takes 7 hours on one V100.",
        {
            "device": ["V100"],
            "count": [1],
            "time": [7 * HOUR],
        },
    ),
    ("The embeddings were frozen and the rest was trained for two more days.", {"time": [2 * DAY]}),
    ("Tagging and NER take two hours to train.", {"time": [2 * HOUR]}),
    # epochs that end a run
    ("The loss settles after 40 epochs, which takes 3 hours of training.", {"epochs": [40], "time": [3 * HOUR]}),
    ("We train the found network 250 epochs.", {"epochs": [250]}),
    ("Our 200-epoch pretraining schedule takes 2 days.", {"epochs": [200], "time": [2 * DAY]}),
    ("The long schedule has 36 epochs.", {"epochs": [36]}),
    ("Two models early stop at around 12 epochs of training.", {"epochs": [12]}),
    ("We trained all of them from a checkpoint for 15 epochs.", {"epochs": [15]}),
    ("We pretrain for a single epoch.", {"epochs": [1]}),
    ("ModelA [9] is trained for 120 epochs, while ours needs only 60 epochs.", {"epochs": [60]}),
    # a part of the sentence that is another's leaves the rest ours, and the other way about
    (
        "Training took 9 days on 64 A100 GPUs (Lee et al. (2020) used 96 V100 GPUs).",
        {"device": ["A100"], "count": [64], "time": [9 * DAY]},
    ),
    # without a word of training
    ("In all of our experiments we use one GTX 1080 Ti.", {"device": ["GTX 1080 Ti"], "count": [1]}),
    ("On a K40 the method finds a good cell in 10 hours.", {"device": ["K40"], "count": [1], "time": [10 * HOUR]}),
    # pods, chips and workers
    (
        "The long training needs 5 days of a Cloud TPU v3 Pod, which has 512 cores.",
        {"device": ["Cloud TPU v3 core"], "count": [512], "time": [5 * DAY]},
    ),
    (
        "The small one was trained on 512 TPU v4 chips and the middle one on 1024 chips.",
        {"device": ["TPU v4 chip"], "count": [512, 1024]},
    ),
    (
        "Training ran on 50 workers, which were equipped with a single V100 GPU.",
        {"device": ["V100"], "count": [50]},
    ),
    ("All training is done on a TPU v3-8 (similar to 4 P100 GPUs).", {"device": ["TPU v3 core"], "count": [8]}),
    (
        "The training includes 900 hours on 64 V100 GPUs and 300 hours on 32 V100 GPUs.",
        {"device": ["V100"], "count": [64, 32], "time": [900 * HOUR, 300 * HOUR]},
    ),
    # epochs by other names
    ("It was trained for roughly 70 cycles through the training set.", {"epochs": [70]}),
    ("We trained it with 12 passes over the whole corpus.", {"epochs": [12]}),
    ("Each network is trained on exactly one epoch of its corpus.", {"epochs": [1]}),
    ("We trained with 1.5k H100s for 60 days.", {"device": ["H100"], "count": [1500], "time": [60 * DAY]}),
    ("The training is spread by data parallelism over sixteen P100s.", {"device": ["P100"], "count": [16]}),
    ("The training fits into 12 GB and was done on a single TITAN Xp.", {"device": ["TITAN Xp"], "count": [1]}),
    (
        "Inference was timed on a GTX 1080, while all models were trained on one DGX-1.",
        {"device": ["DGX-1"], "count": [1]},
    ),
    (
        "Unlike [14], which needs 3 weeks on 8 GPUs, our model trains in 4 days on a single GPU.",
        {"count": [1], "time": [4 * DAY]},
    ),
    ("Training stops at epoch 60.", {"epochs": [60]}),
    ("In training, a cosine brings the rate to zero at epoch 80.", {"epochs": [80]}),
    ("All are trained for the same number of epochs (200).", {"epochs": [200]}),
    ("A total of 250 epochs are used for CIFAR and 90 for ImageNet in training.", {"epochs": [250, 90]}),
    ("Training uses a patience of 3 epochs and at most 100 epochs.", {"epochs": [100]}),
    ("The first run required slightly over 1 day of training.", {"time": [DAY]}),
    ("Training converged at around epoch 270.", {"epochs": [270]}),
    ("The baseline took 2 days to run through 150 epochs.", {"time": [2 * DAY], "epochs": [150]}),
    (
        "One was trained on a V100, other networks were trained with four A100 GPUs.",
        {
            "device": ["V100", "A100"],
            "count": [1, 4],
        },
    ),
    # times in other words and places
    ("Training spanned 11 days on 24 V100 GPUs.", {"device": ["V100"], "count": [24], "time": [11 * DAY]}),
    ("We train on two P100 GPUs (about 40 hours).", {"device": ["P100"], "count": [2], "time": [40 * HOUR]}),
    ("Training setup: 16 A100 GPUs, 30 hours.", {"device": ["A100"], "count": [16], "time": [30 * HOUR]}),
    ("The models train on 4 A100 cores × 10 hours.", {"device": ["A100"], "count": [4], "time": [10 * HOUR]}),
    ("In total, 50 hours of training were needed.", {"time": [50 * HOUR]}),
    ("The 40-minute training run used 64 P100 GPUs.", {"device": ["P100"], "count": [64], "time": [40 * MINUTE]}),
    ("Training took 1d:6h:30m.", {"time": [DAY + 6.5 * HOUR]}),
    ("Training took 4:30 hours.", {"time": [4.5 * HOUR]}),
    ("Training time (hours): 18.", {"time": [18 * HOUR]}),
    ("Training the small (big) network took 2 (5) days.", {"time": [2 * DAY, 5 * DAY]}),
    ("Training took seven hours per scene.", {"time": [7 * HOUR]}),
    ("A day of training on 4 GPUs is enough.", {"count": [4], "time": [DAY]}),
    ("Training takes 20 min/epoch and we run 30 epochs.", {"time": [600 * MINUTE], "epochs": [30]}),
    ("We train for 12 epochs of one hour each.", {"epochs": [12], "time": [12 * HOUR]}),
    ("We train for 30,000 steps, at 10 minutes per 1000 iterations.", {"time": [300 * MINUTE]}),
    ("We train for 30,000 steps; every 1000 iterations take 10 minutes.", {"time": [300 * MINUTE]}),
    (
        "We train on 8 TPU v3 cores and 100k steps, at 300 ms per step, take 9 hours.",
        {"device": ["TPU v3 core"], "count": [8], "time": [9 * HOUR]},
    ),
    # epochs in other words
    ("In training, the data set is swept thirty times.", {"epochs": [30]}),
    ("We train with SGD and iterate over the corpus 12 times.", {"epochs": [12]}),
    ("The learning rate falls at epoch 20 and training ends at epoch 40.", {"epochs": [40]}),
    ("In training, 35 epochs took 4 hours.", {"epochs": [35], "time": [4 * HOUR]}),
    ("We trained for 100k updates, i.e. about 17 epochs.", {"epochs": [17]}),
    ("We first train the encoder (30 epochs) and then the head (10 epochs).", {"epochs": [30, 10]}),
    ("The number of training epochs equals 75.", {"epochs": [75]}),
    ("The network was trained for merely 6 epochs.", {"epochs": [6]}),
    ("We trained on four V100 GPUs; training: ~3.5 d.", {"device": ["V100"], "count": [4], "time": [3.5 * DAY]}),
    ("Each training run used one card for 6 hours.", {"count": [1], "time": [6 * HOUR]}),
    ("We ran everything on one GPU, a Titan Xp.", {"device": ["Titan Xp"], "count": [1]}),
    ("One traversal takes 2 hours and we train for 10 epochs.", {"time": [20 * HOUR], "epochs": [10]}),
    ("Training lasts two hours and a quarter.", {"time": [2.25 * HOUR]}),
    (
        "We train on 4 V100 GPUs: 20 epochs, a day and six hours.",
        {"device": ["V100"], "count": [4], "epochs": [20], "time": [30 * HOUR]},
    ),
    ("Training needs one Titan X; a week is enough.", {"device": ["Titan X"], "count": [1], "time": [WEEK]}),
    ("The training of stage one lasted 4 h and stage-2 tuning 13 h.", {"time": [4 * HOUR, 13 * HOUR]}),
    ("In training, an epoch takes 3 minutes 20 seconds and the complete schedule 33 hours.", {"time": [33 * HOUR]}),
    ("The training batch is split over 8 V100 GPUs.", {"device": ["V100"], "count": [8]}),
    ("All training runs fit on one P100.", {"device": ["P100"], "count": [1]}),
    ("We trained for 3 days on an 8-card A800 server.", {"device": ["A800"], "count": [8], "time": [3 * DAY]}),
    ("Training used 40 nodes (one P100 per node).", {"device": ["P100"], "count": [40]}),
    ("Training needs 30 hours for its 200 epochs.", {"time": [30 * HOUR], "epochs": [200]}),
    (
        "Training on 2 (16) A100 took 50 (8) hours.",
        {"device": ["A100"], "count": [2, 16], "time": [50 * HOUR, 8 * HOUR]},
    ),
    ("Training: 0.4 s/step. Total: 200k steps, 22 hours.", {"time": [22 * HOUR]}),
    ("The optimizer needs 2 days for 40 sweeps over the corpus.", {"epochs": [40], "time": [2 * DAY]}),
    (
        "Training teachers takes 300 epochs (2 days), students 80 epochs (9 hours).",
        {"epochs": [300, 80], "time": [2 * DAY, 9 * HOUR]},
    ),
    ("In training, 70 epochs on ImageNet can be finished within 4 hours.", {"epochs": [70], "time": [4 * HOUR]}),
    (
        "Our recommender trains for 3 hours on one Tesla P4 GPU.",
        {"device": ["Tesla P4"], "count": [1], "time": [3 * HOUR]},
    ),
    ("Training takes 18 min. an epoch and 10 epochs are run.", {"epochs": [10], "time": [180 * MINUTE]}),
    ("Training time for 20 epochs: 36 hours.", {"epochs": [20], "time": [36 * HOUR]}),
    (
        "We trained with 50 passes over the training corpus, which required 30 hours.",
        {"epochs": [50], "time": [30 * HOUR]},
    ),
    # near misses: data
    ("Training took 600 node hours on nodes with 4 V100 GPUs.", {"device": ["V100"], "count": [4]}),
    ("Training set: 250 hours; dev set: 5 hours.", {}),
    ("We train on 1000 hours of LibriVox recordings.", {}),
    ("We train with 600 hours of AudioSet.", {}),
    ("We train on 960 hours of speech.", {}),
    ("The training set holds 300 hours of telephone conversation.", {}),
    ("We train on 10,000 hours of English audio data.", {}),
    ("Our training corpus has 2,000 hours of labelled Mandarin speech.", {}),
    ("Training uses clips of 10 seconds length.", {}),
    ("We train on videos that are 30 minutes long.", {}),
    ("The training videos last 5 minutes each, 20 hours of footage in all.", {}),
    ("The training data span the last 3 years.", {}),
    ("Models were trained on data of the first 6 months.", {}),
    ("We use sliding windows of 24 hours for training.", {}),
    ("The trained model predicts the next 12 hours.", {}),
    ("Training utterances are on average 7 seconds long.", {}),
    # near misses: inference
    ("Inference takes 51 ms on a Titan X.", {}),
    ("It runs at 11 fps on a single TITAN X.", {}),
    ("At test time, it takes 0.2 s per image on an M40 GPU.", {}),
    ("Latency was measured on one V100 with batch size 1.", {}),
    ("Decoding the test set took 20 minutes on a P100.", {}),
    ("The throughput on a V100 GPU is 300 images/s.", {}),
    ("Sampling 50,000 pictures for one evaluation takes 6 minutes on one V100.", {}),
    ("Speed was benchmarked on an RTX 2080 Ti.", {}),
    ("Generation speed is measured on a P100 GPU with batch size one.", {}),
    ("The trained network classifies 230 images per second on one Titan X.", {}),
    ("With a GTX 1080, prediction time is 30 seconds.", {}),
    ("The server is loaded with 10 streams on a Quadro K1200 and serves users within 1 minute.", {}),
    # near misses: other papers
    ("Krizhevsky et al. [12] trained on two GTX 580 GPUs for six days.", {}),
    ("NASNet [71] used 500 P100 GPUs for 4 days.", {}),
    ("OPT-175B [3] took 34 days on 992 A100-80GB GPUs to train.", {}),
    ("BERT-Large (Devlin et al., 2019) was trained on 64 TPU chips for four days.", {}),
    ("[5] trains for 1000 epochs on 8 V100 GPUs.", {}),
    ("Smith and Jones (2017) trained theirs for 300 epochs.", {}),
    ("In the original paper, the network was trained for 200 epochs on 4 K80 GPUs.", {}),
    ("Results in the literature were trained on P100 GPUs for 3 days.", {}),
    ("NASNet [76] (which used around 800 GPUs in search) trains longer.", {}),
    # near misses: not the run's length
    ("Checkpoints were written at 10-minute intervals during training.", {}),
    ("We save a training checkpoint every 12 hours.", {}),
    ("The model is evaluated every 30 minutes of training.", {}),
    ("This saves 95 minutes of training.", {}),
    ("Training is 3 hours faster.", {}),
    ("This reduces training by 5 days.", {}),
    ("Training a model would take 3-6 weeks.", {}),
    ("Training would require 2 years on one GPU.", {}),
    ("Each training step took about 0.4 seconds.", {}),
    ("The training step time was 1.0 seconds.", {}),
    ("Training one epoch takes 24 minutes.", {}),
    ("One epoch corresponds to 50000 updates or roughly 30 minutes of training time.", {}),
    ("We trained with a timeout of 24 hours per query.", {}),
    ("In the last 2 hours of training the loss rises.", {}),
    ("Three annotators spent 20 hours labelling the images.", {}),
    ("Human players were given two hours of play.", {}),
    ("The A/B test ran for 3 weeks.", {}),
    ("The training course lasts 3 days per player.", {}),
    ("Annotation cost 15 dollars an hour.", {}),
    ("A trained forecaster looks 3 days ahead.", {}),
    ("Patients were followed for 5 years.", {}),
    ("The library compiles in 10 minutes.", {}),
    ("Training costs 1.7 GPU years.", {}),
    ("The search took 2000 GPU days.", {}),
    ("A training step needs 100s to 1000s of operations.", {}),
    ("One might train it on one GPU for a start.", {}),
    ("The trained model can make predictions on the test set in 10 minutes on a V100.", {}),
    ("The robot's battery lasts 90 minutes.", {}),
    # near misses: epochs
    ("Training for 700 epochs would be excessive.", {}),
    ("Time per epoch of training: 14 minutes.", {}),
    ("The annotator looked at each image three times.", {}),
    ("The learning rate is divided by 10 after 30 epochs.", {}),
    ("The rate is dropped at 60, 120 and 160 epochs.", {}),
    ("In training the learning rate is halved every 10 epochs.", {}),
    ("We use a linear warm-up of 5 epochs in training.", {}),
    ("Training starts with 5 epochs of warm-up.", {}),
    ("We warm up for the first 5 epochs of training.", {}),
    ("Gradual warmup increases the training rate linearly over 5 epochs.", {}),
    ("The best model was found at epoch 42 of training.", {}),
    ("The training loss falls within the first 20 epochs.", {}),
    ("Training uses early stopping with a patience of 10 epochs.", {}),
    ("We stop training if there is no improvement for 5 epochs.", {}),
    ("We evaluate the trained model every 10 epochs.", {}),
    ("We average the last 5 epochs of training.", {}),
    ("Mosaic is closed for the last 15 epochs of training.", {}),
    ("The training error after 20 epochs is similar.", {}),
    ("Training takes 3 minutes per epoch.", {}),
    ("They correspond to two epochs, a single epoch and a third of an epoch.", {}),
    ("The rate decays with epochs 27 and 33 of training.", {}),
    ("Training switches from Adam to SGD after 10 epochs.", {}),
    ("The backbone is frozen for 10 epochs of training.", {}),
    ("At the 150-th and 225-th epoch of training, the rate is reduced.", {}),
    ("In each training epoch, all 50,000 images are seen.", {}),
    # near misses: another's run, though it is not the subject's first word
    ("The BigNet model [Lee et al., 2020] required 3 days of training on 64 V100 GPUs.", {}),
    ("The network of Lee et al. (2020) needs a week to train on 8 V100 GPUs.", {}),
    ("It was trained on 128 TPUv3 chips for 6 days (Lee et al., 2020).", {}),
    (
        "We search with 17 GPUs in training, far less than the search for BigNet that used 800 GPUs in 4 days.",
        {"count": [17]},
    ),
    ("In the BigNet paper, 10 hours were spent on training with 8 V100 GPUs.", {}),
    ("For the sake of comparison, BigNet required a day of training on 64 V100 GPUs.", {}),
    # near misses: other work, people, advice
    ("Collecting the scenes takes less than a day with 64 GTX 1080 Ti GPUs.", {}),
    ("Each annotator was trained for two hours.", {}),
    ("It seems that ending training after 8-10 days is a viable heuristic.", {}),
    ("The larger network takes two more days of training.", {}),
    ("Training was done on a single H100 node.", {"device": ["H100"]}),
    ("The training of each part costs 200 A100 GPU hours.", {"device": ["A100"]}),
    ("Schedules of 500 epochs were not feasible in training.", {}),
    ("The remaining 90 epochs train all layers.", {}),
    ("Specialized chips such as GPUs and TPUs speed up training.", {}),
    ("BigNet is the model of Lee et al. (2016), with 1.2 billion weights, and took 3 weeks to train; we use it.", {}),
    ("Most recent systems were trained on clusters of 900 A100 GPUs.", {}),
    ("For training, pods are supercomputers that contain 1,024 TPU v3 chips.", {"device": ["TPU v3 chip"]}),
    ("Training uses crops of 320k samples, or 20 s, and the batch size is 1.6 h.", {}),
    ("Other detectors were timed on a Titan X.", {}),
    ("We report inference time for 64 images on a V100 GPU, training time, and the error of 5 trainings.", {}),
    ("In training, the rate is 0.2 for 20 epochs, 0.05 for 12 epochs, and 0.01 for 8 epochs.", {}),
    ("The dictionary is made with three passes over the training data.", {}),
    ("If trained on one GPU, the same model would need 3 months.", {}),
    ("It would take 355 years to train it on a single V100.", {}),
    ("Training ran on 20 Tesla K80 (two GPUs each).", {"device": ["Tesla K80"], "count": [20]}),
    ("The training is best at epoch 17.", {}),
    ("BigNet (Lee et al., 2023) is based on a 7B model and was trained on 4 A6000 GPUs for 3 days.", {}),
    ("The trained model can be served on a single Tesla V100.", {}),
    ("Training of the 50d vectors is as before, that of 300d vectors too.", {}),
    ("The training time is estimated by training ten epochs.", {}),
    ("The loss of the one-GPU net falls as fast in training as that of the two-GPU net.", {"count": [2]}),
    ("On a single V100 it takes about 2 seconds to go through all of a learned index.", {}),
    ("BigNet was trained by its authors on 64 V100 GPUs for 4 days.", {}),
    ("BigNet has reportedly been trained with 512 V100 GPUs.", {}),
    ("BigNet's authors report 9 days of training on 8 V100 GPUs.", {}),
    ("The authors of BigNet train for 3 days on two 8-GPU servers.", {}),
    ("BigNet was trained on 128 TPU v3 chips for 5 days by Lee et al., a budget beyond ours.", {}),
    ("A quantum calculation of one molecule takes an hour on 8 cores.", {}),
    ("BigNet is rumoured to have used 9,000 A100 GPUs for 90 days of training.", {}),
    ("In training, the rate warms up for 10k steps (about 3 epochs).", {}),
    ("One round of training takes 45 s on a T4 GPU.", {"device": ["T4"], "count": [1]}),
    # near misses: counts and devices
    ("We train with 2 images per GPU.", {}),
    ("The training batch has 16 images on each GPU.", {}),
    ("Such models cannot be trained on a single GPU.", {}),
    ("Training does not fit on one V100 GPU with full precision.", {"device": ["V100"]}),
    ("We wrote a GPU implementation for training.", {}),
    ("We wrote two GPU kernels for training.", {}),
    ("The training needs GPU memory for 8 copies.", {}),
    ("Each server contains 8 GPUs for training.", {}),
    ("We train with 8 data loading threads and 4 workers.", {}),
    ("Rows T4 and P4 show the ablation of the training loss.", {}),
    ("A V100 delivers 125 TFLOPS in training.", {"device": ["V100"]}),
    ("We shard the training of one model across 128 GPUs.", {}),
    ("We trained on Intel Xeon E5 CPUs beside M40 GPUs.", {"device": ["M40"]}),
    ("Wider networks in training were out of reach, as they ask for machines with 8 GPUs.", {}),
    ("The training uses the remaining 4 GPUs for the softmax.", {}),
    ("We trained models of 8 layers and 16 heads.", {}),
    ("Training rows of 4K80 tokens took long.", {}),
    # lengths of data, work that is no training, and letters that are no days
    ("We train the acoustic model on only 200 hour WaveCorp with one V100.", {"count": [1], "device": ["V100"]}),
    ("The decoder was trained on the clean part, an 40 hour subset of it.", {}),
    ("We train on the small subset (about 150 hours) and tune on the rest.", {}),
    ("All forecasters were trained assuming an 8-week horizon.", {}),
    ("The networks were trained on a validation set of 20 weeks.", {}),
    ("We use 45 days of purchases for training.", {}),
    ("We pre-train on the full 600 hour WaveCorp training set.", {}),
    ("Training took 3 weeks and 2 weeks respectively to gather answers.", {}),
    ("It took 9 hours for training on one V100.", {"count": [1], "device": ["V100"], "time": [9 * HOUR]}),
    ("They needed 2 hours and 3 hours respectively to train.", {"time": [2 * HOUR, 3 * HOUR]}),
    ("Once training ends, labelling can be done within ten minutes.", {}),
    ("The tree construction took around 7 hours; training then took two days.", {"time": [2 * DAY]}),
    ("Rendering one room takes 50 seconds, training the field takes 90 seconds.", {"time": [90]}),
    ("The parser is trained with 80d states and takes 40d character em- beddings.", {}),
    ("As Figs. 6c and 6d show, training converges.", {}),
    ("A 3-day run on 8 V100s trains the model.", {"count": [8], "device": ["V100"], "time": [3 * DAY]}),
    ("Boosting takes 3 hours to train on one V100.", {"count": [1], "device": ["V100"], "time": [3 * HOUR]}),
    ("Training took 4d on 8 V100s.", {"count": [8], "device": ["V100"], "time": [4 * DAY]}),
    ("We train on the full data (2 days on 8 V100s).", {"count": [8], "device": ["V100"], "time": [2 * DAY]}),
    # what could be done, parts of runs, and times one by one
    ("We expect that one card could finish all training runs in 5 days.", {}),
    ("A model for this task should be trainable on one card in less than a day.", {}),
    ("Training it there will need 5 months.", {}),
    ("Which model should you train if you are given 16 V100s for 9 hours?", {"device": ["V100"], "count": [16]}),
    ("It took 25 minutes to train each epoch of the tagger.", {}),
    ("Training took 25 minutes to finish one epoch.", {}),
    ("Training takes: (a) 3 hours for the encoder, and (b) 5 hours for the head.", {"time": [3 * HOUR, 5 * HOUR]}),
    ("The nets took 20 minutes, 1 hour, 4 hours to train respectively.", {"time": [20 * MINUTE, HOUR, 4 * HOUR]}),
    ("It took 80 hours to train NetX, and 20 hours to continue training it.", {"time": [80 * HOUR, 20 * HOUR]}),
    ("We conduct online experiments with the optimized ranker for one week.", {}),
    ("The optimized model handled real traffic for two weeks.", {}),
    ("For the training data, crawling took one month.", {}),
    # whose run: a citation behind the time or beside the subject is another's, one beside a device is not
    ("The best speed is reached by training in 9 minutes (Lee, Kim, and Roe 2019).", {}),
    ("Engineers at Acme (Lee et al. 2019) were able to train it on 64 V100s in five hours.", {}),
    ("AcmeCorp reported that training finishes in 4 hours on 16 P100s.", {}),
    ("They reported that training took 50 minutes on 32 P100s.", {}),
    ("Training of NetX is given as 3 weeks in Lee et al. (2019) and needs care.", {}),
    ("NetX can be trained in 80 minutes on a 64-card cluster [7].", {}),
    (
        "Fine-tuning on TPUv4 (Lee et al., 2023) takes 40 minutes with 64 chips.",
        {"device": ["TPUv4"], "count": [64], "time": [40 * MINUTE]},
    ),
    ("We reported that training took 50 minutes on 32 P100s.", {"device": ["P100"], "count": [32], "time": [3000]}),
    ("Training was completed within 3 days on 8 P100s.", {"device": ["P100"], "count": [8], "time": [3 * DAY]}),
]


def chosen(text: str) -> list[Candidate]:
    """The chosen candidates of the four fields, with runs made."""
    paper = written_paper(text)
    readers = field_readers()
    found = [c for field in KEYS.values() for c in readers[field].read(paper)]
    return [c for c in group_runs(paper, found) if c.chosen]


@pytest.mark.parametrize(("text", "expected"), [pytest.param(t, e, id=t[:70]) for t, e in SENTENCES])
def test_sentence(text: str, expected: dict[str, list[object]]) -> None:
    """it reads just these devices, counts, times and epochs out of the sentence"""
    found = chosen(text)
    for name, field in KEYS.items():
        values = {c.value for c in found if c.field == field}
        assert values == set(expected.get(name, [])), name


def test_half_are_near_misses() -> None:
    """it is held against about as many sentences without a value as with one"""
    misses = sum(not expected for _, expected in SENTENCES)
    assert len(SENTENCES) >= 200
    assert misses >= 0.35 * len(SENTENCES)


def test_title() -> None:
    """it takes no title for a statement, where a heading says that the abstract begins below it"""
    page = written_page(
        "Very Large Batches: Training Networks in 15 Minutes\n\nA Person, Another Person, The Institute of Learning"
    )
    below = written_page(
        "Learning is slow on one machine. Here it is shown how much is won by many of them, in great detail.",
        heading="Abstract",
    )
    moved = tuple(w._replace(top=w.top + 200, bottom=w.bottom + 200) for w in below.words)
    both = replace(page, words=(*page.words, *moved))
    paper = view_paper(Document("2001.99999", 1, lay_out([both]), (), "test"))
    assert any(p.kind == "heading" for p in paper.passages)
    assert not any(s.durations for s in paper.statements)
