// What was seen in an image: boxes on its preview, proposals that fill the form, and the state of a look that waits.
// Nothing here saves anything: proposals are controls of the form, and a click only fills them in.

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 10000;
const PARTS = "text/html; part=imagehub-parts";

const figure = document.querySelector("[data-preview]");
const image = figure?.querySelector("[data-preview-image]");
const host = document.querySelector("[data-seen-url]");
const announcement = document.querySelector("[data-seen-announcement]");
const view = { boxes: true, saved: true };

const byId = (id) => document.getElementById(id);
const part = (name, root = document) => root.querySelector(`[data-seen-part=${name}]`);

function announce(text) {
  announcement.textContent = text;
}

// The drawing lies on the picture, which stands in the middle of its stage.
function place() {
  const boxes = part("boxes");
  const empty = !boxes.querySelector("rect, circle");
  boxes.toggleAttribute("hidden", empty || !view.boxes || !view.saved || image.hidden);
  boxes.style.left = `${image.offsetLeft}px`;
  boxes.style.top = `${image.offsetTop}px`;
  boxes.style.width = `${image.offsetWidth}px`;
  boxes.style.height = `${image.offsetHeight}px`;
}

function showControls() {
  const toggle = host.querySelector("[data-toggle-boxes]");
  if (toggle) {
    toggle.hidden = !view.saved || image.hidden;
    toggle.setAttribute("aria-pressed", String(view.boxes));
  }
  const focal = host.querySelector("[data-use-focal]");
  if (focal) {
    const taken = focalInputs().map((input) => input?.value).join() === focal.dataset.useFocal;
    focal.hidden = taken || !view.saved || focalInputs().includes(null);
    part("boxes").querySelector("[data-proposed-focal]")?.toggleAttribute("hidden", taken);
  }
  for (const button of document.querySelectorAll("[data-use-draft], [data-accept-all]")) {
    button.hidden = false;
  }
  place();
}

const focalInputs = () => [byId("id_focal_x"), byId("id_focal_y")];

function useFocal(button) {
  button.dataset.useFocal.split(",").forEach((value, axis) => {
    const input = focalInputs()[axis];
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true })); // moves the mark, and is unsaved
  });
  showControls();
  figure.querySelector("[data-stage]").focus();
  announce("The focal point is on the faces. The arrow keys move it.");
}

// As if it was typed, so that the browser can undo it.
function useDraft() {
  const field = byId("id_alt_text");
  const draft = part("draft").querySelector("[data-draft-text]").textContent;
  field.focus();
  field.select();
  if (!document.execCommand("insertText", false, draft)) {
    field.value = draft;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  announce("The draft is in the field. Check it before you save.");
}

function tick(box, checked) {
  if (box.checked !== checked) {
    box.checked = checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function acceptAll() {
  const boxes = [...part("tags").querySelectorAll("[name=accept_tags]")];
  boxes.forEach((box) => tick(box, true));
  announce(`${boxes.length} tags are added when you save.`);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.matches("[data-toggle-boxes]")) {
    view.boxes = !view.boxes;
    showControls();
  } else if (button?.matches("[data-use-focal]")) {
    useFocal(button);
  } else if (button?.matches("[data-use-draft]")) {
    useDraft();
  } else if (button?.matches("[data-accept-all]")) {
    acceptAll();
  } else if (button?.matches("[data-look]")) {
    event.preventDefault(); // the page's own form would lose what was typed
    askForLook(button);
  }
});

// A proposal is accepted, dismissed, or neither.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches("[name=accept_tags], [name=dismiss_tags]") && box.checked) {
    const other = box.name === "accept_tags" ? "dismiss_tags" : "accept_tags";
    tick(box.closest("li").querySelector(`[name=${other}]`), false);
  }
  if (host && box.matches("[data-drop-zone] input[type=file]")) {
    view.saved = false; // what was seen is about the file as saved
    showControls();
  }
});

async function askForLook(button) {
  button.disabled = true;
  const problem = await load(button.form.action, { method: "POST", body: new FormData(button.form) });
  if (problem) {
    button.disabled = false;
    part("panel").querySelector("[data-seen-state]").textContent = problem;
    announce(problem);
  }
}

function replaceParts(html) {
  const found = new DOMParser().parseFromString(html, "text/html");
  for (const name of ["boxes", "panel", "tags", "draft"]) {
    const fresh = part(name, found);
    const old = part(name);
    if (fresh && old && !old.contains(document.activeElement)) {
      old.replaceWith(document.adoptNode(fresh));
    }
  }
  announce(host.querySelector("[data-seen-state]").textContent);
  showControls();
}

// Returns what went wrong, if anything did.
async function load(url, options = {}, pause = FIRST_PAUSE) {
  let next = pause;
  let problem = "";
  try {
    const answer = await fetch(url, { ...options, headers: { Accept: PARTS } });
    if (answer.redirected || answer.status === 403 || answer.status === 404) {
      return "Your session has ended, or the image was deleted. Save the form to log in again: it is kept.";
    }
    if (answer.ok) {
      const before = part("panel").outerHTML;
      const html = await answer.text();
      if (part("panel", new DOMParser().parseFromString(html, "text/html")).outerHTML !== before) {
        replaceParts(html);
      }
    } else {
      problem = `The server answered ${answer.status}. Try again.`;
    }
  } catch {
    next = LONGEST_PAUSE;
    problem = "The server does not answer. Try again.";
  }
  follow(next);
  return problem;
}

function follow(pause) {
  if (part("panel").hasAttribute("data-waits")) {
    setTimeout(load, pause, host.dataset.seenUrl, {}, Math.min(pause * 1.3, LONGEST_PAUSE));
  }
}

if (host && image) {
  new ResizeObserver(place).observe(image);
  focalInputs().forEach((input) => input?.addEventListener("input", showControls));
  showControls();
  follow(FIRST_PAUSE);
}
