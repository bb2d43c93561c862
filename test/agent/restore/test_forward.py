import os
import stat
from pathlib import Path

import pytest

from agent.restore import forward


def test_restore_puts_back_what_people_had_in_etc_litellm_and_no_link_that_leads_out_of_it(
    fetched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    etc = tmp_path / "etc"
    etc.mkdir()
    kept = fetched / "files/etc/litellm"
    (kept / "run").write_text("x")
    (kept / "run").chmod(0o6777)
    for name, to in (("up", "../../root/.ssh"), ("away", "/etc/cron.d"), ("within", "people.txt"), ("full", etc / "people.txt")):
        (kept / name).symlink_to(to)
    monkeypatch.setattr(forward, "FETCHED", fetched)
    monkeypatch.setattr(forward, "ETC", etc)
    monkeypatch.setattr(forward, "MADE_ANEW", tuple(etc / name for name in ("releases", "slots", "config.yaml", "env")))
    # In the backup it is at the place that it has on a host.
    kept.rename(kept.with_name("moved"))
    (fetched / "files" / etc.relative_to("/")).parent.mkdir(parents=True, exist_ok=True)
    kept.with_name("moved").rename(fetched / "files" / etc.relative_to("/"))
    forward._put_back_files()
    assert sorted(os.listdir(etc)) == ["full", "master_key", "people.txt", "run", "salt_key", "within"]
    assert stat.S_IMODE((etc / "run").stat().st_mode) == 0o755
    assert (etc / "within").readlink() == Path("people.txt")
