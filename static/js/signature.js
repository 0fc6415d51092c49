"use strict";

// Drawing a signature is a choice: the name written in full is enough, and all there is without this script.
for (const pad of document.querySelectorAll("[data-pad]")) {
  const field = document.getElementById(pad.dataset.pad);
  const [sheet, path, erase] = ["svg", "path", "button"].map((name) => pad.querySelector(name));
  const { width, height } = sheet.viewBox.baseVal;
  const MOST_POINTS = 4000;
  let strokes = [];

  const clamp = (value, most) => Math.min(most, Math.max(0, Math.round(value)));
  const pointOf = (event) => {
    const box = sheet.getBoundingClientRect();
    const across = ((event.clientX - box.left) / box.width) * width;
    const down = ((event.clientY - box.top) / box.height) * height;
    return [clamp(across, width), clamp(down, height)];
  };
  const show = () => {
    const lines = strokes.map((stroke) => `M${stroke.map((point) => point.join(" ")).join("L")}`);
    path.setAttribute("d", lines.join(""));
    field.value = strokes.length ? JSON.stringify(strokes) : "";
  };
  const count = () => strokes.reduce((sum, stroke) => sum + stroke.length, 0);

  sheet.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    sheet.setPointerCapture(event.pointerId);
    strokes.push([pointOf(event)]);
    show();
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!sheet.hasPointerCapture(event.pointerId) || count() >= MOST_POINTS) return;
    const [point, stroke] = [pointOf(event), strokes.at(-1)];
    const last = stroke.at(-1);
    if (Math.abs(point[0] - last[0]) + Math.abs(point[1] - last[1]) < 2) return;
    stroke.push(point);
    show();
  });
  erase.addEventListener("click", () => {
    strokes = [];
    show();
  });
  // What was drawn before a refusal is there again.
  try {
    strokes = JSON.parse(field.value || "[]");
    show();
  } catch {
    field.value = "";
  }
  pad.hidden = false;
}
