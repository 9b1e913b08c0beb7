// Leaving a form with unsaved changes warns.

for (const form of document.querySelectorAll("#content form[method=post], #content-main form[method=post]")) {
  let unsaved = form.matches("[data-unsaved]") || form.querySelector("[data-unsaved]") !== null;
  const change = () => (unsaved = true);
  form.addEventListener("input", change);
  form.addEventListener("change", change);
  form.addEventListener("submit", () => (unsaved = false));
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) {
      event.preventDefault();
    }
  });
}
