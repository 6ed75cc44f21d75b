"""Old dossiers brought over at the desk: a file kept sealed, tried by the worker, taken when somebody says so.

The same as `manage.py import_dossiers`, with progress and a stop between two batches; what a stopped or killed run took
is found there by the next. The file and the report of every row lie sealed for a week, for whoever sent the file.
"""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path, PurePath

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db.models import Q
from django.urls import reverse

from dossiers.long_acts import files, running
from dossiers.long_acts.kinds import NotDone, register
from dossiers.long_acts.progress import Progress, Stopped
from dossiers.models import Agency, LongAct
from dossiers.scoping import may_see
from dossiers.table_files.text_stream import TableFileError
from portal.transfer import dossier_files
from portal.transfer.dossier_files import Outcome
from portal.transfer.row_reports import HEADINGS, WORDS, row_of

RIGHT = "api.change_apiclient"
"""Who joins other software to the centre brings over what it kept."""
TRY, TAKE = "dossiers-try", "dossiers-take"
FOLDER = "chuyen-ho-so"
KEPT = dt.timedelta(days=7)
ENDINGS = frozenset({".csv", ".txt", ".tsv", ".xlsx"})


def keep(upload) -> str:
    """Store an uploaded file sealed and return its name there."""
    ending = PurePath(upload.name or "").suffix.lower()
    return default_storage.save(f"{FOLDER}/{uuid.uuid4().hex}{ending if ending in ENDINGS else '.csv'}", upload)


def begin(kind: str, stored: str, name: str, agency: Agency, *, by, now: dt.datetime) -> LongAct:
    """Ask the worker to try the stored file, or to take it; return the act."""
    what = "Thử tệp hồ sơ cũ" if kind == TRY else "Chuyển hồ sơ cũ từ tệp"
    asked = {"stored": stored, "name": name, "agency": agency.pk}
    return running.begin(kind, f"{what} “{name}”", asked, by=by, now=now)


def own(act_pk: int, user) -> LongAct | None:
    """Return the user's own act of this room that is over, of an agency the user still sees; None for any other."""
    over = [LongAct.State.DONE, LongAct.State.STOPPED]
    act = LongAct.objects.filter(pk=act_pk, kind__in=[TRY, TAKE], by=user, state__in=over).first()
    agency = act.result.get("agency") if act else None
    return act if agency is None or may_see(user, agency) else None


def report_name(act: LongAct) -> str:
    """Return where the report of every row lies in the sealed store."""
    return f"{FOLDER}/{act.pk}.bao-cao.csv"


def refused_rows(act: LongAct, most: int) -> list[list[str]]:
    """Return the first rows that were not taken, as the report has them; [] when it is gone."""
    found: list[list[str]] = []
    if not default_storage.exists(report_name(act)):
        return found
    with default_storage.open(report_name(act)) as source:
        for row in csv.reader(TextIOWrapper(source, "utf-8-sig", newline="")):
            if len(row) == len(HEADINGS) and row[3] == WORDS["refused"]:
                found.append(row)
                if len(found) == most:
                    break
    return found


@register(TRY)
def try_file(act: LongAct, progress: Progress) -> dict:
    """Say of each row what would come of it; nothing is written."""
    return _work(act, progress, dry_run=True)


@register(TAKE)
def take_file(act: LongAct, progress: Progress) -> dict:
    """Take the file. It stays for a worker that dies before its act is done; the night forgets it (forget_old)."""
    return _work(act, progress, dry_run=False)


def _work(act: LongAct, progress: Progress, *, dry_run: bool) -> dict:
    agency = Agency.objects.filter(pk=act.asked["agency"]).first()
    if agency is None or act.by is None or not (act.by.is_active and act.by.has_perm(RIGHT)):
        raise NotDone("Bạn không còn quyền chuyển hồ sơ cũ, nên chưa ghi gì.")
    if not may_see(act.by, agency.pk):
        raise NotDone(f"{agency.name} không còn trong phạm vi của bạn, nên chưa ghi gì.")
    stored, outcome = act.asked["stored"], Outcome()
    if not default_storage.exists(stored):
        raise NotDone(f"Tệp chỉ giữ {KEPT.days} ngày. Hãy gửi lại tệp.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / PurePath(stored).name
        with default_storage.open(stored) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        report = Path(folder) / "bao-cao.csv"
        try:
            whole = _run(path, report, agency, outcome, progress, dry_run)
        except TableFileError as error:
            raise NotDone(f"{error} Chưa ghi gì.") from None
        default_storage.delete(report_name(act))
        with report.open("rb") as written:
            default_storage.save(report_name(act), File(written))
    result = _result(act, agency, outcome, whole, dry_run)
    if not dry_run:
        said = f"Chuyển hồ sơ cũ từ tệp “{act.asked['name']}”: nhận mới {outcome.new}, không nhận {outcome.refused}"
        LogEntry.objects.log_actions(act.by.pk, [agency], CHANGE, said, single_object=True)
    if not whole:
        raise Stopped(result)
    return result


def _run(path: Path, report: Path, agency: Agency, outcome: Outcome, progress: Progress, dry_run: bool) -> bool:
    """Go through the file and write the report; return whether it was read to its end."""
    with report.open("w", encoding="utf-8-sig", newline="") as target:
        writer, done = csv.writer(target), 0
        writer.writerow(HEADINGS)
        for lines in dossier_files.batches_of(path, agency, outcome, dry_run=dry_run):
            writer.writerows(row_of(each) for each in lines)
            done += len(lines)
            if not progress.goes_on(done, words="dòng"):
                return False
    return True


def _result(act: LongAct, agency: Agency, outcome: Outcome, whole: bool, dry_run: bool) -> dict:
    will = "sẽ nhận mới" if dry_run else "nhận mới"
    words = f"{will.capitalize()} {outcome.new}, đã có {outcome.known}, không nhận {outcome.refused}."
    if not whole:
        words = f"Đã dừng theo yêu cầu. {words} " + (
            "Chưa ghi gì." if dry_run else "Phần đã nhận vẫn giữ; gửi lại cùng tệp thì đi tiếp."
        )
    return {
        "words": words,
        "address": reverse("admin:dossiers_brought", args=[act.pk]),
        "action": "Xem từng dòng không nhận" if outcome.refused else "Xem kết quả",
        "counts": [outcome.new, outcome.known, outcome.refused],
        "remarks": outcome.remarks[:20],
        "agency": agency.pk,
        "name": act.asked["name"],
        "stored": act.asked["stored"] if dry_run and whole else "",
        "taken": act.asked["stored"] if whole and not dry_run else "",
    }


def is_taken(stored: str) -> bool:
    """Tell whether a file that was tried has been taken, or is about to be."""
    given_up = [LongAct.State.FAILED, LongAct.State.STOPPED]
    acts = LongAct.objects.filter(kind=TAKE).exclude(state__in=given_up)
    return acts.filter(Q(asked__stored=stored) | Q(result__taken=stored)).exists()


def forget_old(*, now: dt.datetime) -> int:
    """Remove files and reports older than a week, and files that were taken; return how many."""
    done = LongAct.objects.filter(kind=TAKE, state=LongAct.State.DONE).values_list("result__taken", flat=True)
    taken = set(done)
    return files.remove([each for each in _names() if each in taken or _is_old(each, now)])


def forget_all() -> int:
    """Remove every file and report: a person who is erased may stand in them. They can be sent again."""
    return files.remove(list(_names()))


def kept() -> int:
    """Return how many files and reports are kept."""
    return len(list(_names()))


def _is_old(name: str, now: dt.datetime) -> bool:
    return default_storage.get_modified_time(name) < now - KEPT


def _names() -> Iterator[str]:
    return files.names_in(FOLDER)
