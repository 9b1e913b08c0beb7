// The form of an image: drop a file, preview it before it is sent, set the focal point, copy a snippet.

const byId = (id) => document.getElementById(id);

function setUpDropZone(zone, show) {
  const input = zone.querySelector("input[type=file]");
  const caption = zone.querySelector("[data-file-name]");
  zone.classList.add("imagehub-live"); // the caption now says what the bare input would say
  const over = (yes) => zone.classList.toggle("imagehub-over", yes);
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      over(true);
    });
  }
  for (const name of ["dragleave", "dragend", "drop"]) {
    zone.addEventListener(name, () => over(false));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) {
      const first = new DataTransfer();
      first.items.add(event.dataTransfer.files[0]);
      input.files = first.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  input.addEventListener("change", () => {
    const file = input.files[0];
    if (file) {
      caption.textContent = `${file.name}, ${humanise(file.size)}`;
      show(file);
    }
  });
}

function humanise(bytes) {
  const units = ["bytes", "KB", "MB", "GB"];
  let unit = 0;
  while (bytes >= 1024 && unit < units.length - 1) {
    bytes /= 1024;
    unit += 1;
  }
  return `${unit ? bytes.toFixed(1) : bytes} ${units[unit]}`;
}

function showLocally(figure, moveMark) {
  const image = figure.querySelector("[data-preview-image]");
  const caption = figure.querySelector("[data-preview-caption]");
  let url = "";
  return (file) => {
    URL.revokeObjectURL(url);
    url = URL.createObjectURL(file);
    caption.textContent = `${file.name}, not saved yet`;
    image.removeAttribute("width");
    image.removeAttribute("height");
    // A file in a format that the browser cannot show, such as HEIC or TIFF, can be uploaded all the same.
    image.onerror = () => {
      image.hidden = true;
      caption.textContent = `${file.name}: this browser cannot preview the file. The image appears here once it is saved.`;
      moveMark();
    };
    image.onload = moveMark;
    image.hidden = false;
    image.src = url;
    figure.hidden = false;
  };
}

function setUpFocalPoint(figure) {
  const stage = figure.querySelector("[data-stage]");
  const image = figure.querySelector("[data-preview-image]");
  const mark = figure.querySelector("[data-focal-mark]");
  const inputs = [byId("id_focal_x"), byId("id_focal_y")];
  if (inputs.includes(null)) {
    return () => {};
  }
  const read = () => inputs.map((input) => (input.value === "" ? null : Number(input.value)));
  const move = () => {
    const [x, y] = read();
    mark.hidden = image.hidden || x === null || y === null;
    mark.style.left = `${image.offsetLeft + (image.offsetWidth * x) / 1000}px`;
    mark.style.top = `${image.offsetTop + (image.offsetHeight * y) / 1000}px`;
  };
  const set = (point) => {
    point.forEach((value, axis) => {
      inputs[axis].value = Math.min(1000, Math.max(0, Math.round(value)));
      inputs[axis].dispatchEvent(new Event("input", { bubbles: true })); // moves the mark, and is unsaved
    });
  };
  image.addEventListener("click", (event) => {
    const box = image.getBoundingClientRect();
    set([((event.clientX - box.left) / box.width) * 1000, ((event.clientY - box.top) / box.height) * 1000]);
  });
  stage.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (steps) {
      event.preventDefault();
      const size = event.shiftKey ? 100 : 10;
      set(read().map((value, axis) => (value ?? 500) + steps[axis] * size));
    }
  });
  inputs.forEach((input) => input.addEventListener("input", move));
  new ResizeObserver(move).observe(image);
  move();
  return move;
}

function setUpCopying() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = !navigator.clipboard; // absent without HTTPS
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(byId(button.dataset.copy).textContent);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1500);
    });
  }
}

const figure = document.querySelector("[data-preview]");
const zone = document.querySelector("[data-drop-zone]");
if (figure) {
  const moveMark = setUpFocalPoint(figure);
  if (zone) {
    setUpDropZone(zone, showLocally(figure, moveMark));
  }
}
setUpCopying();
