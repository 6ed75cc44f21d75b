"""A backup brought back elsewhere holds the same rows and files; a bad one is refused before anything changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection

from dossiers.models import Dossier
from dossiers.privacy.sealed_files import SealedStorage
from portal.transfer import backup, databases, media_files
from portal.transfer.archive import BackupError
from tests import factories, people

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def elsewhere_db(tmp_path):
    """An empty database beside the one under test."""
    other = connection.copy()
    if connection.vendor == "sqlite":
        other.settings_dict = {**other.settings_dict, "NAME": str(tmp_path / "khac.sqlite3")}
        yield other
        other.close()
        return
    name = f"{connection.settings_dict['NAME']}_khac"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    other.settings_dict = {**other.settings_dict, "NAME": name}
    yield other
    other.close()
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}"')


@pytest.fixture
def media(tmp_path, settings) -> Path:
    folder = tmp_path / "tep"
    folder.mkdir()
    settings.MEDIA_ROOT = folder
    storage = SealedStorage(location=folder)
    storage.save("giay/biên-nhận.pdf", ContentFile(b"%PDF" + bytes(200_000)))
    storage.save("giay/rong.txt", ContentFile(b""))
    return folder


@pytest.fixture
def dossier():
    return factories.dossier(people.centre(), people.procedure())


def contents(folder: Path) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in media_files.files_of(folder)}


def rows(which) -> dict[str, list]:
    found = {}
    with which.cursor() as cursor:
        for table in databases.tables_of(which):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def test_rows_and_files_come_back_elsewhere_and_over_what_was_there(dossier, media, elsewhere_db, tmp_path):
    file, there = tmp_path / "ban.sao-luu", tmp_path / "noi-khac"
    call_command("backup", str(file))
    assert dossier.owner_name.encode() not in file.read_bytes() and file.stat().st_mode & 0o077 == 0
    before, files = rows(connection), contents(media)
    manifest, number = backup.bring_back(file, elsewhere_db, there, replace=False)
    assert rows(elsewhere_db) == before and contents(there) == files and number == 2
    assert manifest.tables["dossiers_dossier"] == 1

    # A row and a file more: refused without the word, gone with it.
    (there / "them.txt").write_bytes(b"x")
    with elsewhere_db.cursor() as cursor:
        cursor.execute("CREATE TABLE la (id integer)")
    with pytest.raises(BackupError, match=r"đã có \d+ bảng.*--replace.*Chưa thay đổi gì"):
        backup.bring_back(file, elsewhere_db, there, replace=False)
    backup.bring_back(file, elsewhere_db, there, replace=True)
    assert rows(elsewhere_db) == before and contents(there) == files

    # What was brought back can itself be backed up and brought back.
    again = tmp_path / "lan-hai.sao-luu"
    backup.make(again, elsewhere_db, there)
    backup.bring_back(again, elsewhere_db, there, replace=True)
    assert rows(elsewhere_db) == before and contents(there) == files


@pytest.mark.parametrize("fault", ["changed", "cut", "key", "other", "plain"])
def test_a_bad_backup_changes_nothing(dossier, media, elsewhere_db, tmp_path, settings, fault):
    file = tmp_path / "ban.sao-luu"
    backup.make(file, connection, media)
    content = bytearray(file.read_bytes())
    said = "thay đổi hoặc thiếu phần cuối"
    if fault == "changed":
        content[len(content) // 2] ^= 1
    elif fault == "cut":
        content = content[: len(content) - 70_000]
    elif fault == "key":
        settings.FIELD_ENCRYPTION_KEYS, said = ["k" * 43], "FIELD_ENCRYPTION_KEYS"
    elif fault == "other":
        content, said = bytearray((media / "giay/rong.txt").read_bytes()), "không phải bản sao lưu"
    else:
        content, said = bytearray(b"%PDF-1.7"), "không phải bản sao lưu"
    file.write_bytes(content)
    with elsewhere_db.cursor() as cursor:
        cursor.execute("CREATE TABLE giu (id integer)")
    there = tmp_path / "noi-khac"
    there.mkdir()
    (there / "giu.txt").write_bytes(b"x")
    with pytest.raises(BackupError, match=said):
        backup.bring_back(file, elsewhere_db, there, replace=True)
    assert rows(elsewhere_db) == {"giu": []} and contents(there) == {"giu.txt": b"x"}
    assert not any((there / media_files.RESTORE).iterdir())


def test_the_commands_refuse_in_words(dossier, media, tmp_path, monkeypatch):
    file = tmp_path / "ban.sao-luu"
    with pytest.raises(CommandError, match="Không tìm thấy tệp"):
        call_command("restore", str(file))
    with pytest.raises(CommandError, match="ngoài MEDIA_ROOT"):
        call_command("backup", str(media / "x"))
    call_command("backup", str(file))
    with pytest.raises(CommandError, match="đã có; chọn tên khác"):
        call_command("backup", str(file))
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(file))
    assert Dossier.objects.count() == 1
    with media_files.scratch(media, media_files.BACKUP), pytest.raises(CommandError, match="khác đang chạy"):
        call_command("backup", str(tmp_path / "hai"))
    if connection.vendor == "postgresql":
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(CommandError, match=r"pg_dump.*postgresql-client"):
            call_command("backup", str(tmp_path / "ba"))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["ban.sao-luu", "tep"]


def test_a_file_erased_while_the_backup_runs_is_in_it(dossier, media, elsewhere_db, tmp_path, monkeypatch):
    files = contents(media)
    held = databases.snapshot

    def erasing(*args):
        (media / "giay/rong.txt").unlink()
        return held(*args)

    monkeypatch.setattr(databases, "snapshot", erasing)
    backup.make(tmp_path / "ban", connection, media)
    backup.bring_back(tmp_path / "ban", elsewhere_db, tmp_path / "noi-khac", replace=False)
    assert contents(tmp_path / "noi-khac") == files


def test_a_database_that_cannot_be_read_to_its_end_leaves_what_was_there(dossier, media, elsewhere_db, tmp_path):
    file = tmp_path / "ban"
    backup.make(file, connection, media)
    backup.bring_back(file, elsewhere_db, tmp_path / "noi-khac", replace=False)
    before, content = rows(elsewhere_db), tmp_path / "database"
    with databases.snapshot(connection, tmp_path) as moment:
        whole = b"".join(moment.pieces)
    content.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(BackupError, match=r"bị hỏng|dữ liệu cũ còn nguyên|đang được tiến trình khác dùng"):
        databases.load(elsewhere_db, content)
    assert rows(elsewhere_db) == before


def test_a_backup_whose_moment_cannot_be_noted_is_made_and_said_so(dossier, media, tmp_path, settings, capsys):
    settings.VAR_DIR = tmp_path / "khong-co"
    call_command("backup", str(tmp_path / "ban.sao-luu"))
    said = capsys.readouterr()
    assert (tmp_path / "ban.sao-luu").exists() and "Đã sao lưu" in said.out
    assert "Bản sao lưu đã xong, nhưng chưa ghi được thời điểm" in said.err and backup.last_made() is None
