// The page of a job polls the job's state, and reloads once the job has ended.

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5000;

const job = document.querySelector("[data-state-url]");

function show({ state, tone, label, text, error, done }) {
  const badge = job.querySelector("[data-badge]");
  if (badge.dataset.state !== state) {
    badge.dataset.state = state;
    badge.dataset.tone = tone;
    badge.textContent = label;
  }
  job.querySelector("[data-progress-text]").textContent = text;
  const message = job.querySelector("[data-job-error]");
  message.textContent = error;
  message.hidden = !error;
  const bar = job.querySelector("progress");
  if (bar) {
    bar.value = done;
  }
}

async function poll(pause) {
  let next = Math.min(pause * 1.2, LONGEST_PAUSE);
  try {
    const answer = await fetch(job.dataset.stateUrl, { headers: { Accept: "application/json" } });
    if (answer.redirected || answer.status === 403 || answer.status === 404) {
      location.reload(); // logged out, or the job was deleted: the page says so
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
    next = LONGEST_PAUSE; // the server does not answer
  }
  setTimeout(poll, next, next);
}

if (job) {
  setTimeout(poll, FIRST_PAUSE, FIRST_PAUSE);
}
