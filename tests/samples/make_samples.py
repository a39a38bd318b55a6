"""Remakes every sample paper and every broken file from source.

    python tests/samples/make_samples.py            all of them
    python tests/samples/make_samples.py 1706       those whose name holds "1706"
    python tests/samples/make_samples.py --check    fails where a rebuilt file differs from the one kept here

It needs pdflatex (Debian: texlive-latex-recommended texlive-latex-extra texlive-fonts-recommended) and, for
the broken files, pypdf with cryptography, and pypdfium2. Two builds with one TeX Live are equal byte for byte.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve().parent
TEX, PDF, BROKEN = HERE / "tex", HERE / "pdf", HERE / "broken"
LARGEST_BYTES = 150_000
PASSES = 3  # references and long tables settle in two; the third proves it
EPOCH = "1577836800"  # 1 January 2020, for every date TeX would write


def compile_paper(source: Path, out: Path) -> Path:
    """Returns the path of the PDF made from `source` in `out`; raises with TeX's own words where it fails."""
    with tempfile.TemporaryDirectory() as folder:
        for needed in (source, *TEX.glob("*.sty")):
            shutil.copy(needed, folder)
        env = dict(os.environ, SOURCE_DATE_EPOCH=EPOCH, FORCE_SOURCE_DATE="1", TZ="UTC", LC_ALL="C")
        for _ in range(PASSES):
            run = subprocess.run(
                ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", source.name],
                cwd=folder,
                env=env,
                capture_output=True,
                text=True,
                errors="replace",
            )
            if run.returncode:
                raise SystemExit(f"pdflatex failed on {source.name}:\n{run.stdout[-3000:]}")
        log = (Path(folder) / f"{source.stem}.log").read_text(errors="replace")
        for complaint in ("undefined references", "Citation `", "Rerun to get"):
            if complaint in log:
                raise SystemExit(f"{source.name}: TeX's log says {complaint!r}; mend the source")
        made = out / f"{source.stem}.pdf"
        shutil.copy(Path(folder) / f"{source.stem}.pdf", made)
    if made.stat().st_size >= LARGEST_BYTES:
        raise SystemExit(f"{made.name} has {made.stat().st_size} bytes; a sample has fewer than {LARGEST_BYTES}")
    return made


def steady_bytes(count: int) -> bytes:
    """Stands in for `secrets.token_bytes`, so that an encrypted sample is the same at each build."""
    return bytes(range(1, 256))[:count]


def write_encrypted(source: Path, target: Path, user_password: str, algorithm: str) -> None:
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import ArrayObject, ByteStringObject

    writer = PdfWriter()
    writer.append_pages_from_reader(PdfReader(source))
    writer._ID = ArrayObject((ByteStringObject(b"paperflopssample"), ByteStringObject(b"paperflopssample")))
    with mock.patch("secrets.token_bytes", steady_bytes):
        writer.encrypt(user_password, owner_password="the owner's", algorithm=algorithm)
        writer.write(target)


def write_image_only(source: Path, target: Path) -> None:
    """Writes page 1 of `source` as one black-and-white picture, as a scan would be: a page without text."""
    import pypdfium2

    with pypdfium2.PdfDocument(source) as paper:
        page = paper[0]
        width, height = page.get_size()
        picture = page.render(scale=100 / 72, grayscale=True).to_pil().convert("1")
    pixels = zlib.compress(picture.tobytes(), 9)
    drawing = f"q {width:.0f} 0 0 {height:.0f} 0 0 cm /Scan Do Q".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.0f} {height:.0f}] /Contents 4 0 R"
        " /Resources << /XObject << /Scan 5 0 R >> >> >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 1"
        b" /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (picture.width, picture.height, len(pixels), pixels),
    ]
    body, offsets = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    target.write_bytes(body)


# What arXiv sends with status 200 or 404 instead of a paper, in our own words.
HTML_PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>Paper not available yet</title></head>
<body><h1>The PDF is being made</h1>
<p>Please try again in a few minutes. Until then, no training time and no error rate can be read here.</p></body></html>
"""


def write_broken(papers: Path, out: Path) -> None:
    sample = papers / "1512.99901v1.pdf"
    whole = sample.read_bytes()
    (out / "truncated.pdf").write_bytes(whole[: len(whole) * 6 // 10])
    (out / "html_named_pdf.pdf").write_text(HTML_PAGE, encoding="utf-8")
    write_encrypted(sample, out / "encrypted_user_password.pdf", user_password="reader", algorithm="AES-256")
    write_encrypted(sample, out / "encrypted_empty_password.pdf", user_password="", algorithm="AES-128")
    write_image_only(sample, out / "image_only.pdf")


def differing(fresh: Path, kept: Path) -> list[str]:
    names = {path.name for folder in (fresh, kept) for path in folder.glob("*.pdf")}
    return sorted(
        name
        for name in names
        if not (fresh / name).exists()
        or not (kept / name).exists()
        or (fresh / name).read_bytes() != (kept / name).read_bytes()
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?", default="", help="only the papers whose file name holds this")
    parser.add_argument("--check", action="store_true", help="build elsewhere and compare with the files kept here")
    chosen = parser.parse_args()
    if not shutil.which("pdflatex"):
        raise SystemExit("pdflatex was not found; on Debian: apt-get install texlive-latex-extra")
    if chosen.check:
        with tempfile.TemporaryDirectory() as folder:
            papers, broken = Path(folder) / "pdf", Path(folder) / "broken"
            papers.mkdir()
            broken.mkdir()
            for source in sorted(TEX.glob("*.tex")):
                compile_paper(source, papers)
            write_broken(papers, broken)
            different = differing(papers, PDF) + differing(broken, BROKEN)
        if different:
            sys.exit(f"these differ from their source: {', '.join(different)}; run make_samples.py")
        print("every sample equals its source")
        return
    for source in sorted(TEX.glob("*.tex")):
        if chosen.name in source.stem:
            made = compile_paper(source, PDF)
            print(f"{made.name:32}{made.stat().st_size:8} bytes")
    if not chosen.name:
        write_broken(PDF, BROKEN)
        for made in sorted(BROKEN.iterdir()):
            print(f"broken/{made.name:25}{made.stat().st_size:8} bytes")


if __name__ == "__main__":
    main()
