// What was delivered stands below each picture, and each piece of code can be copied.

const FORMATS = { "image/avif": "AVIF", "image/webp": "WebP", "image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF" };
// What browsers ask for when they show a picture; a bare fetch would be given another format.
const ACCEPT = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";

for (const section of document.querySelectorAll("article section")) {
  const picture = section.querySelector("img");
  const place = section.querySelector(".delivered");
  if (picture && place) {
    picture.addEventListener("load", () => report(picture, place));
    if (picture.complete && picture.naturalWidth) report(picture, place);
  }
  offerCopy(section.querySelector("button"), section.querySelector("pre code"));
}

async function report(picture, place) {
  const url = picture.currentSrc;
  if (place.dataset.url === url) return;
  place.dataset.url = url;
  try {
    const response = await fetch(url, { headers: { Accept: ACCEPT }, cache: "force-cache", credentials: "omit" });
    const body = await response.blob();
    if (!response.ok || place.dataset.url !== url) return;
    place.replaceChildren(...[FORMATS[body.type] ?? body.type, size(body.size), ...cache(response.headers)].map(inSpan));
  } catch {
    place.replaceChildren(); // The CDN does not let this page read: there is nothing to report.
  }
}

// As Django's filesizeformat, by which the originals' are written.
function size(bytes) {
  return bytes < 2 ** 20 ? `${(bytes / 2 ** 10).toFixed(1)} KB` : `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

// "Miss from cloudfront" is a Miss, and then Server-Timing says how long the making took; a hit only repeats it.
function cache(headers) {
  const state = headers.get("x-cache")?.split(" ")[0];
  if (!state) return [];
  const made = [...(headers.get("server-timing") ?? "").matchAll(/;dur=([0-9.]+)/g)];
  const total = made.reduce((sum, [, duration]) => sum + Number(duration), 0);
  return state === "Miss" && total ? [state, `made in ${Math.round(total)} ms`] : [state];
}

function inSpan(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span;
}

function offerCopy(button, code) {
  if (!button || !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
}
