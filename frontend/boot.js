// Starts the app: the theme first, then WebAssembly; offers a reload when either fails or the app panics.
// External because the content security policy allows no inline script.
const script = document.querySelector("script[data-js]");

try {
  const theme = localStorage.getItem("upheld-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; the system's theme stays.
}

// The app builds its static parts from <template> markup that is fixed when it is compiled. Trusted Types lets that
// through this policy alone, and what could run as script is refused even here.
const risky = /<\s*(script|iframe|object|embed|base|meta|link|form[^>]*action)|\son\w+\s*=|javascript:|srcdoc/i;
if (globalThis.trustedTypes?.createPolicy) {
  trustedTypes.createPolicy("default", {
    createHTML: (markup) => (risky.test(markup) ? null : markup),
  });
}

const trouble = () => {
  document.getElementById("boot")?.remove();
  document.getElementById("trouble").hidden = false;
};
document.getElementById("reload").addEventListener("click", () => location.reload());
// A panic aborts WebAssembly: it reaches the page as a RuntimeError.
const stopped = (error) => error instanceof WebAssembly.RuntimeError && trouble();
addEventListener("error", (event) => stopped(event.error));
addEventListener("unhandledrejection", (event) => stopped(event.reason));

const start = async () => {
  try {
    const app = await import(script.dataset.js);
    await app.default({ module_or_path: script.dataset.wasm });
  } catch (error) {
    console.error(error);
    trouble();
  }
};
// Not awaited here: the first paint waits for this script, and the skeleton should not wait for the app.
start();
