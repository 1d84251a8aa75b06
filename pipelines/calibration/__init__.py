"""Confidence that means something: weights fitted on labels, scores mapped to the share of right answers.

``apply`` maps a step's raw score to a calibrated confidence, ``measure`` tells the expected calibration error, ``fit``
(``python -m pipelines.calibration.fit``) makes the data files from labels (DESIGN §4, Confidence).
"""
