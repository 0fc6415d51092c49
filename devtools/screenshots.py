"""The README's pictures, taken from a running demonstration (`make demo`) in Chromium.

BASE_URL says where it answers (http://127.0.0.1:8000), DEMO_PASSWORD its password, CHROMIUM another browser.
"""

import io
import os
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "img"
BASE_URL = os.environ.get("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
VIEWPORT = {"width": 1280, "height": 1000}
# What the practitioner is writing when the picture is taken; nothing of it is sent.
WRITTEN = {
    "minutes": "3 h",
    "with_whom": "4 salariées, 6 bénévoles",
    "account": (
        "L’équipe a rejoué une matinée de tri. Deux arbitrages invisibles sont apparus : qui rassure la personne "
        "qui dépose, qui décide de ce qui part en benne."
    ),
    "next_step": "Essayer un temps de relais à 13 h",
    "feelings": "Mal à l’aise quand le débat a été coupé court.",
}
MODALITY = "work_organisation"
WORKED_ON = ["Travail vivant", "Coopération interne"]
HEAVIEST = 150_000


def main() -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox", "--lang=fr-FR"])
        leader = _sign_in(browser, "dirigeance@demo.example")
        _open_trajectory(leader)
        _keep(PICTURES / "tableau-de-bord.webp", leader.screenshot())
        practitioner = _sign_in(browser, "accompagnement@demo.example")
        practitioner.goto(leader.url)
        practitioner.get_by_role("link", name="Noter une intervention").click()
        _write(practitioner)
        _keep(PICTURES / "intervention.webp", practitioner.screenshot())
        browser.close()
    return 0


def _chromium() -> str:
    found = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    if found is None:
        sys.exit("Il manque Chromium : installez-le, ou indiquez un autre exécutable avec CHROMIUM=…")
    return found


def _password() -> str:
    """The one given, or the one that this checkout's demonstration keeps."""
    if given := os.environ.get("DEMO_PASSWORD"):
        return given
    kept = Path(os.environ.get("VAR_DIR") or ROOT / "var") / "secrets.env"
    if not kept.exists():
        sys.exit("Lancez d’abord « make demo », ou donnez BASE_URL et DEMO_PASSWORD.")
    return dict(line.split("=", 1) for line in kept.read_text().splitlines())["DEMO_PASSWORD"]


def _sign_in(browser: Browser, email: str) -> Page:
    context = browser.new_context(
        viewport=VIEWPORT, locale="fr-FR", timezone_id="Europe/Paris", ignore_https_errors=True
    )
    page = context.new_page()
    page.goto(f"{BASE_URL}/connexion/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(_password())
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/connexion/" not in url)
    return page


def _open_trajectory(page: Page) -> None:
    """A leader's home is their trajectory, or leads to it."""
    if "/trajectoires/" not in page.url:
        page.locator("main a[href^='/trajectoires/']").first.click()


def _write(page: Page) -> None:
    for name, text in WRITTEN.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=modality]").select_option(MODALITY)
    for dimension in WORKED_ON:
        page.get_by_label(dimension).check()
    page.locator("h1").click()


def _keep(path: Path, screenshot: bytes) -> None:
    # All its colours: a palette drops the rarest, which are those of the points of view.
    Image.open(io.BytesIO(screenshot)).convert("RGB").save(path, lossless=True, method=6)
    if path.stat().st_size > HEAVIEST:
        sys.exit(f"{path.name} pèse {path.stat().st_size} octets, {HEAVIEST} au plus.")
    print(f"{path.relative_to(ROOT)} : {path.stat().st_size // 1000} ko")


if __name__ == "__main__":
    sys.exit(main())
