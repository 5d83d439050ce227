// Runs before the first paint: the chosen theme and language, then the app itself.
(() => {
  const root = document.documentElement;
  const stored = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage may be forbidden; the app then follows the system
    }
  };
  const theme = stored("relasi.theme");
  const dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  const wanted = [stored("relasi.language"), ...navigator.languages].map((tag) => (tag || "").slice(0, 2));
  root.lang = wanted.find((tag) => ["en", "id", "th"].includes(tag)) || "en";
  // Texts come beside the app, in the language that is shown; the app asks here for another one. A failure is not kept.
  const files = { en: "@{en.texts}", id: "@{id.texts}", th: "@{th.texts}" };
  const coming = {};
  window.relasiTexts = (language) =>
    (coming[language] ??= fetch(files[language])
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(`${answer.url}: ${answer.status}`))))
      .catch((error) => {
        delete coming[language];
        throw error;
      }));
  Promise.all([import("@{app.js}"), window.relasiTexts(root.lang)])
    .then(([app]) => app.default({ module_or_path: "@{app.wasm}" }))
    .catch((error) => {
      console.error(error);
      const note = document.getElementById("boot-failed");
      if (note) note.hidden = false;
    });
})();
// dev only
setInterval(async () => {
  const seen = await fetch("/build-id.txt", { cache: "no-store" }).then((r) => (r.ok ? r.text() : null)).catch(() => null);
  if (!seen) return;
  window.relasiBuild ??= seen;
  if (window.relasiBuild !== seen) location.reload();
}, 700);
