"""The configuration of notices, a YAML file: how many days back, and the channels by name (see deploy/notify.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import msgspec

from analysis.watch.causes import KINDS
from analysis.watch.channels import Channel, kinds
from pipelines.errors import UserError
from pipelines.vocabulary import load_yaml


@dataclass(frozen=True)
class Written:
    """The file as it is written."""

    channels: dict[str, dict[str, Any]]
    days: int = 3
    attempts: int = 3
    rounds: int = 5
    link: str = ""


@dataclass(frozen=True)
class Notices:
    """``days``: how old an ending may be to be told. ``attempts`` at once and ``rounds`` of them bound the retries.

    ``only`` holds, for channels that want some, the kinds of causes (run, drift, expired, job). ``link`` is the viewer's address.
    """

    channels: Mapping[str, Channel]
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    days: int = 3
    attempts: int = 3
    rounds: int = 5
    link: str = ""


def read_notices(file: Path) -> Notices:
    """The configuration of a file; raises UserError naming the file, the channel and the field that does not fit."""
    try:
        told = load_yaml(file, Written)
    except OSError as error:
        raise UserError(f"{file} 读不了，请复制 deploy/notify.yaml 后填写：{error.strerror}") from error
    if not told.channels or told.attempts < 1 or told.rounds < 1 or told.days < 0:
        raise UserError(f"{file}: 至少要有一个 channels；attempts 与 rounds 至少为 1，days 不小于 0")
    only = {name: _only(file, name, given) for name, given in told.channels.items() if "only" in given}
    channels = {name: _channel(file, name, given) for name, given in told.channels.items()}
    return Notices(channels, only, told.days, told.attempts, told.rounds, told.link)


def _channel(file: Path, name: str, given: Mapping[str, Any]) -> Channel:
    known = kinds()
    kind = known.get(str(given.get("type", "")))
    if kind is None:
        raise UserError(f"{file}: 渠道 {name} 的 type 是 {given.get('type')!r}；可用：{'、'.join(known)}")
    rest = {key: value for key, value in given.items() if key not in ("type", "only")}
    if unknown := sorted(set(rest) - {f.name for f in fields(kind)}):
        raise UserError(f"{file}: 渠道 {name} 没有字段 {'、'.join(unknown)}；可用：{'、'.join(f.name for f in fields(kind))}")
    try:
        made: Channel = msgspec.convert(rest, kind)
    except msgspec.ValidationError as error:
        raise UserError(f"{file}: 渠道 {name} 的字段不对：{error}") from error
    return made


def _only(file: Path, name: str, given: Mapping[str, Any]) -> tuple[str, ...]:
    wanted = given["only"]
    if not isinstance(wanted, list) or not set(map(str, wanted)) <= set(KINDS):
        raise UserError(f"{file}: 渠道 {name} 的 only 是 {wanted!r}；写 {'、'.join(KINDS)} 中的几个")
    return tuple(map(str, wanted))
