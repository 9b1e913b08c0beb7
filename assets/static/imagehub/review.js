// The page of a review: shows the picture without leaving the page, and decides by single keys.

const SWITCH = "imagehub.review.shortcuts";

const page = document.querySelector("[data-review]");

function setUpPicture() {
  const picture = page.querySelector("[data-picture]");
  const form = page.querySelector("[data-show-form]");
  if (!picture || !form) {
    return;
  }
  const label = form.querySelector("[data-show-label]");
  const status = page.querySelector("[data-picture-status]");
  let clear = picture.getAttribute("src") === picture.dataset.clear;
  if (!picture.complete) {
    status.textContent = "Loading …";
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clear = !clear;
    status.textContent = "Loading …";
    picture.src = clear ? picture.dataset.clear : picture.dataset.blurred;
    picture.alt = clear ? "The image as it is" : "The image, blurred";
    label.textContent = clear ? "Hide image" : "Show image";
  });
  picture.addEventListener("load", () => {
    status.textContent = clear ? "Shown as it is" : "Blurred for this page";
  });
  picture.addEventListener("error", () => {
    status.textContent = "The picture cannot be loaded at the moment.";
  });
}

function remembered() {
  try {
    return localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true; // a browser that stores nothing
  }
}

function remember(on) {
  try {
    localStorage.setItem(SWITCH, on ? "on" : "off");
  } catch {
    // then only this page remembers it
  }
}

// People who speak to their computer, or type with one finger, need a way to turn single keys off:
// https://www.w3.org/WAI/WCAG22/Understanding/character-key-shortcuts.html
function setUpSwitch() {
  const line = page.querySelector("[data-shortcuts]");
  const box = page.querySelector("[data-shortcuts-on]");
  const apply = (on) => page.classList.toggle("imagehub-keys", on);
  apply(remembered());
  if (line && box) {
    line.hidden = false;
    box.checked = remembered();
    box.addEventListener("change", () => {
      remember(box.checked);
      apply(box.checked);
    });
  }
}

const isTyping = (element) => element.matches("textarea, select, input:not([type=checkbox])");

function press(event) {
  if (event.key === "Escape" && event.target.matches("[data-decide] textarea")) {
    event.target.blur();
    return;
  }
  const modified = event.ctrlKey || event.altKey || event.metaKey || event.repeat;
  if (modified || isTyping(event.target) || !page.classList.contains("imagehub-keys")) {
    return;
  }
  const target = [...page.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key.toLowerCase());
  if (!target) {
    return;
  }
  event.preventDefault();
  if (target.matches("textarea")) {
    target.focus();
  } else {
    target.click();
  }
}

// A second click, or a key that is pressed twice, sends nothing more.
function sendOnce(form) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
    }
    sent = true;
  });
  // The page may come back as it was, from the browser's memory.
  window.addEventListener("pageshow", () => (sent = false));
}

if (page) {
  setUpPicture();
  setUpSwitch();
  document.addEventListener("keydown", press);
  page.querySelectorAll("form[method=post]").forEach(sendOnce);
}
