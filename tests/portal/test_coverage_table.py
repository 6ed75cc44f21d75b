"""The table of coverage adds up files to the packages people think in."""

from tests.coverage_by_package import packages, table


def file(statements: int, run: int) -> dict:
    return {"summary": {"num_statements": statements, "covered_lines": run}}


def test_files_add_up_to_packages_and_to_the_whole():
    report = {
        "files": {
            "dossiers/deadlines/due.py": file(60, 60),
            "dossiers/deadlines/clock.py": file(40, 30),
            "dossiers/admin/intake/form.py": file(10, 0),
            "zalo/apps.py": file(10, 10),
            "zalo/__init__.py": file(0, 0),
        }
    }
    assert packages(report) == {"dossiers/admin": (10, 0), "dossiers/deadlines": (100, 90), "zalo": (10, 10)}
    lines = [line.split() for line in table(packages(report)).splitlines()]
    assert lines[2] == ["dossiers/deadlines", "100", "90.0%"]
    assert lines[-1] == ["all", "120", "83.3%"]
