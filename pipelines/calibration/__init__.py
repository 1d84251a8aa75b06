"""Confidence that means something: weights fitted on labels, raw scores mapped to the share of right answers.

``calibrate`` maps a step's raw score to a calibrated confidence and ``calibrated`` does so for all that the steps found;
``reliability`` tells the expected calibration error; ``python -m pipelines.calibration.fit`` makes the data files from
labels (DESIGN §4, Confidence).
"""

from pipelines.calibration.confidence import calibrate, calibrated
from pipelines.calibration.measure import Reliability, reliability

__all__ = ["Reliability", "calibrate", "calibrated", "reliability"]
