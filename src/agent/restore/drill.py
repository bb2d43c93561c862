"""A drill: the gateway from nothing but the off-site copy and the password, in a scratch place, by the clock."""

import itertools
import time
from typing import TYPE_CHECKING

from agent.backup import restic, settings as backup_settings
from agent.base import audit, durable, jobs
from agent.base.clock import now
from agent.base.paths import BACKUP_PASSWORD, BACKUPS
from agent.restore import plan, scratch, verify

if TYPE_CHECKING:
    from agent.contract_types import DrillAnswer, DrillQuestion, DrillRun

UNIT = "litellm-gitops-drill.service"
HISTORY = BACKUPS / "drills.json"
KEPT = 12
# What a rebuilt host gets otherwise, or should not get.
NOT_RESTORED = (
    "counters of spend in Redis, which LiteLLM reads again from the database",
    "the system itself, which deploy makes",
)


def main(given: "DrillQuestion") -> "DrillAnswer":
    """Input: {run, targets: {rtoSeconds, rpoSeconds}, backup?, password?}. Answers what `work` does."""
    answer: DrillAnswer = jobs.work(UNIT, "drill", plan.keep_password(given), *jobs.GENTLY)
    return answer


def clean_up() -> None:
    scratch.sweep()
    plan.GIVEN_PASSWORD.unlink(missing_ok=True)


def work(given: "DrillQuestion") -> "DrillAnswer":
    """Answers what a proof does, and how long it took, how old the backup is, and what would be lost: `DrillReport`."""
    settings = backup_settings.read()
    targets = given["targets"]
    password = plan.password_file(given)
    scratch.sweep()
    began = now()
    begun = time.monotonic()
    proof = verify.Proof(settings, restic.furthest(settings, password), given.get("backup"), False)
    try:
        result = proof.run(without=("L1", "L6"))
        rto = round(time.monotonic() - begun, 1)
    finally:
        scratch.sweep()
    about = proof.manifest
    age = (began - proof.snapshot.time).total_seconds() if proof.snapshots else None
    times = [one.time for one in proof.snapshots]
    gaps = [(after - before).total_seconds() for before, after in itertools.pairwise(times)]
    missed = [result["reason"]] if result["reason"] is not None else []
    if result["ok"] and rto > targets["rtoSeconds"]:
        missed.append(f"It took {rto:.0f} s to the first answer; the target is {targets['rtoSeconds']} s.")
    if age is not None and age > targets["rpoSeconds"]:
        missed.append(f"The backup is {age / 3600:.1f} hours old; the target is {targets['rpoSeconds'] / 3600:.1f} hours.")
    run: DrillRun = {"time": began.isoformat(), "met": not missed, "rtoSeconds": rto, "rpoSeconds": round(age or 0)}
    history = [*(durable.read_json(HISTORY) or []), run][-KEPT:]
    durable.write_json(HISTORY, history)
    audit.record(given["run"], "drill", snapshot=result["snapshot"], met=not missed, rto=rto)
    return {
        **result,
        "rtoSeconds": rto,
        "rpoSeconds": run["rpoSeconds"],
        "worstGapSeconds": max(gaps, default=None),
        "targets": {"rtoSeconds": targets["rtoSeconds"], "rpoSeconds": targets["rpoSeconds"]},
        "missed": missed,
        "met": not missed,
        "loss": plan.newer_than(about["database"].get("newestRequest")) if about else None,
        "offSite": settings.copy_to is not None,
        "escrow": password != BACKUP_PASSWORD,
        "notRestored": list(NOT_RESTORED),
        "cleanedUp": scratch.is_gone(),
        "history": history,
    }
