"""The receipt as a web page through WeasyPrint, for P7.

Run by tests.bench.printing.pdf_forms in WeasyPrint's own environment. Reads one paper's data as JSON a
line, answers with the milliseconds it took. The page carries the same words, tables,
two QR codes and font as ours, tagged too; nothing is laid out as carefully, which only helps it.
"""

import base64
import html
import json
import sys
import time
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

FONTS = Path(__file__).resolve().parents[3] / "dossiers" / "fonts"
FACES = "".join(
    f"@font-face{{font-family:Tinos;src:url({path.as_uri()});font-weight:{'bold' if 'Bold' in path.name else 'normal'};"
    f"font-style:{'italic' if 'Italic' in path.name else 'normal'}}}"
    for path in sorted(FONTS.glob("*.ttf"))
)
STYLE = "@page{size:A4;margin:20mm 15mm 20mm 30mm}body{font:13pt Tinos}table{border-collapse:collapse;width:100%}"
STYLE += "td,th{border:.5pt solid;padding:2pt 4pt;font-size:11pt}.head{display:flex}.head div{flex:1;text-align:center}"


def page(data: dict) -> str:
    """Return the receipt as HTML."""
    say = html.escape
    head = data["head"]
    codes = "".join(
        f'<img style="width:31mm" alt="{say(data[name]["alt"])}" src="data:image/svg+xml;base64,'
        f'{base64.b64encode(data[name]["svg"].encode()).decode()}">'
        for name in ("lookup_qr", "zalo_qr")
        if data[name]
    )
    rows = "".join(
        "<tr>"
        + "".join(f"<td>{say(str(row.get(name, '')))}</td>" for name in ("no", "name", "original", "copy"))
        + "</tr>"
        for row in data["papers"]
    )
    words = [each["t"] for lines in data["words"].values() for line in lines for each in line]
    lines = [data["code_line"], data["applicant"]["name"], data["applicant"]["address"], data["applicant"]["contact"]]
    lines += [data["request"], data["sets"], data["statutory_time"], data["received"], data["due"], data["why"]]
    lines += [data["collect_at"], *data["fees"], *words, data["register_line"]]
    return (
        f'<!doctype html><html lang="vi"><title>{say(data["title"])}</title><style>{FACES}{STYLE}</style>'
        f'<div class="head"><div>{say(head["parent"])}<br><b>{say(head["issuer"])}</b></div>'
        "<div><b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc</b></div></div>"
        f"<p>{say(head['number'])}, {say(head['place_date'])}</p><h1>{say(data['heading'])}</h1>{codes}"
        + "".join(f"<p>{say(line)}</p>" for line in lines)
        + f"<table><thead><tr><th>TT<th>Tên giấy tờ<th>Bản chính<th>Bản sao</thead>{rows}</table>"
    )


def main() -> None:
    fonts = FontConfiguration()
    style = CSS(string="p{margin:4pt 0}", font_config=fonts)
    for line in sys.stdin:
        source = page(json.loads(line))
        began = time.perf_counter()
        pdf = HTML(string=source).write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1")
        took = (time.perf_counter() - began) * 1000
        print(json.dumps({"ms": took, "bytes": len(pdf)}), flush=True)


if __name__ == "__main__":
    main()
