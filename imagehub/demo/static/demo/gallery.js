// Shows how each image was delivered, compares formats, times a first and a second visit, and copies template code.

const FORMATS = { "image/avif": "AVIF", "image/webp": "WebP", "image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF" };
// What browsers send for an <img>. A plain fetch sends */* and would be answered in another format.
const ACCEPT = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";

for (const figure of document.querySelectorAll("[data-delivery]")) reportDelivery(figure);
const formats = [...document.querySelectorAll("[data-accept]")];
if (formats.length) whenLoaded(formats[0].querySelector("img"), () => compareFormats(formats));
for (const button of document.querySelectorAll("[data-visits]")) offerVisits(button);
for (const button of document.querySelectorAll("[data-copy]")) offerCopy(button);

function reportDelivery(figure) {
  const image = figure.querySelector("img");
  const target = figure.querySelector("[data-delivered]");
  const report = async () => {
    const url = image.currentSrc;
    if (target.dataset.url === url) return;
    target.dataset.url = url;
    const reply = await request(url, ACCEPT, "force-cache");
    if (reply && target.dataset.url === url) target.replaceChildren(...describe(reply).map(inSpan));
  };
  image.addEventListener("load", report);
  if (image.complete && image.naturalWidth) report();
}

// Resolves to null if the CDN cannot be read from this page: then there is nothing to report.
async function request(url, accept, cache) {
  const started = performance.now();
  try {
    const response = await fetch(url, { headers: { Accept: accept }, cache, credentials: "omit" });
    const body = await response.blob();
    if (!response.ok) return null;
    return { body, milliseconds: performance.now() - started, ...edgeReport(response.headers) };
  } catch {
    return null;
  }
}

// X-Cache says "Miss from cloudfront" or "Hit from cloudfront"; on a hit, Server-Timing repeats that of the first request.
function edgeReport(headers) {
  const steps = [...(headers.get("server-timing") ?? "").matchAll(/([\w-]+);dur=([0-9.]+)/g)];
  return {
    cache: headers.get("x-cache")?.split(" ")[0] ?? "",
    steps: steps.map(([, name, duration]) => [name, Number(duration)]),
  };
}

function describe({ body, cache, steps }) {
  const rendering = steps.reduce((sum, [, duration]) => sum + duration, 0);
  const parts = [format(body), size(body.size)];
  if (cache) parts.push(cache === "Miss" && rendering ? `rendered in ${Math.round(rendering)} ms` : "from the cache");
  return parts;
}

function format(body) {
  return FORMATS[body.type] ?? body.type;
}

// As Django's filesizeformat, which writes the originals' sizes.
function size(bytes) {
  return bytes < 2 ** 20 ? `${(bytes / 2 ** 10).toFixed(1)} KB` : `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

// The first image loads when it comes near the window; the other formats are requested only then.
function whenLoaded(image, then) {
  if (image.complete && image.naturalWidth) then();
  else image.addEventListener("load", then, { once: true });
}

async function compareFormats(figures) {
  const url = figures[0].querySelector("img").src;
  const replies = await Promise.all(figures.map((figure) => request(url, figure.dataset.accept, "no-store")));
  if (replies.includes(null)) return;
  const largest = Math.max(...replies.map((reply) => reply.body.size));
  figures.forEach((figure, index) => showFormat(figure, replies[index].body, largest));
}

function showFormat(figure, body, largest) {
  figure.querySelector("img").src = URL.createObjectURL(body);
  figure.querySelector("[data-format]").textContent = format(body);
  figure.querySelector("[data-bytes]").textContent = size(body.size);
  figure.querySelector("figcaption").prepend(bar(body.size / largest));
  figure.hidden = false;
}

function bar(share) {
  const meter = document.createElement("span");
  meter.className = "bar";
  const fill = meter.appendChild(document.createElement("span"));
  fill.style.width = `${Math.max(2, share * 100)}%`; // through the CSSOM, which the page's policy allows
  return meter;
}

function offerVisits(button) {
  const results = button.parentElement.querySelector(".visits");
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    const first = await request(button.dataset.visits, ACCEPT, "no-store");
    const second = await request(button.dataset.visits, ACCEPT, "no-store");
    button.disabled = false;
    button.textContent = "Request it again";
    if (first && second) results.replaceChildren(...showVisits(first, second));
    else results.textContent = "The CDN did not answer. Is it running?";
  });
}

function showVisits(first, second) {
  const longest = Math.max(first.milliseconds, second.milliseconds);
  return [["First visit", first], ["Second visit", second]].map(([label, visit]) => {
    const row = document.createElement("div");
    const fresh = visit.cache === "Miss" && visit.steps.length;
    const steps = visit.steps.map(([name, duration]) => `${name} ${Math.round(duration)}`).join(", ");
    const detail = fresh ? `Rendered at the edge, in ms: ${steps}` : "From the cache";
    row.append(inSpan(label), strong(`${Math.max(1, Math.round(visit.milliseconds))} ms`), bar(visit.milliseconds / longest));
    row.append(inSpan(`${detail}. ${format(visit.body)}, ${size(visit.body.size)}.`));
    return row;
  });
}

function inSpan(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span;
}

function strong(text) {
  const element = document.createElement("strong");
  element.textContent = text;
  return element;
}

function offerCopy(button) {
  if (!navigator.clipboard) return;
  const code = button.parentElement.querySelector("code");
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
