// A job's page looks how far the job is; once that has ended, the page is loaded anew and shows what came of it.

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5000;

const job = document.querySelector("[data-state-url]");

function show({ state, label, text, error, done }) {
  const badge = job.querySelector(".state");
  if (badge.dataset.state !== state) {
    badge.dataset.state = state;
    badge.textContent = label;
  }
  job.querySelector(".progress-text").textContent = text;
  const message = job.querySelector(".job-error");
  message.textContent = error;
  message.hidden = !error;
  const bar = job.querySelector("progress");
  if (bar) {
    bar.value = done;
  }
}

async function look(pause) {
  let next = Math.min(pause * 1.2, LONGEST_PAUSE);
  try {
    const answer = await fetch(job.dataset.stateUrl, { headers: { Accept: "application/json" } });
    if (answer.redirected || answer.status === 403 || answer.status === 404) {
      location.reload(); // logged out, or the job is gone: the page itself says so
      return;
    }
    if (answer.ok) {
      const described = await answer.json();
      if (!described.open) {
        location.reload();
        return;
      }
      show(described);
    }
  } catch {
    next = LONGEST_PAUSE; // the server is away just now
  }
  setTimeout(look, next, next);
}

if (job) {
  setTimeout(look, FIRST_PAUSE, FIRST_PAUSE);
}
