"""What an account's files tell of a customer whose question is escalated (document 3, 案例4 第一步 客户背景)."""

from __future__ import annotations

from pathlib import Path

from analysis.research.account.read import read_account
from analysis.research.account.review import LABELS
from analysis.research.escalation.pack import Customer, Fact

TOLD = ("industry", "size", "edition", "arr", "since", "together", "renewal", "scenario")


def customer_of(folder: Path) -> Customer:
    """Name and background of the customer in a folder; no person is named: the pack leaves the account team."""
    account = read_account(folder)
    held = account.basics
    return Customer(account.name, tuple(Fact(LABELS[k], held[k].text, str(held[k].place)) for k in TOLD if k in held))
