// The field of tags suggests tags that exist, for the word after the last comma.

const PAUSE = 150;

const field = document.querySelector("[data-suggest-url]");
const list = document.getElementById("imagehub-tag-suggestions");
let timer = 0;
let asked = "";

// A browser compares a suggestion with the whole field, so each begins with what stands before the last comma.
function show(before, names) {
  list.replaceChildren(
    ...names.map((name) => {
      const option = document.createElement("option");
      option.value = before + name;
      return option;
    }),
  );
}

async function suggest() {
  const comma = field.value.lastIndexOf(",") + 1;
  const before = comma ? `${field.value.slice(0, comma)} ` : "";
  const word = field.value.slice(comma).trim();
  if (!word || word === asked) {
    return;
  }
  asked = word;
  try {
    const url = new URL(field.dataset.suggestUrl, location.href);
    url.searchParams.set("q", word);
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (answer.ok && !answer.redirected && word === asked) {
      show(before, (await answer.json()).names);
    }
  } catch {
    asked = ""; // the server does not answer: the field works without suggestions
  }
}

if (field && list) {
  field.setAttribute("list", list.id);
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, PAUSE);
  });
}
