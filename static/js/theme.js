"use strict";
/*
 * Runs before the page is painted, so that a chosen theme never flashes in the other one.
 * Without a choice the stylesheet follows the system; this file then changes nothing.
 */
{
  const KEY = "parallax.theme";
  const root = document.documentElement;
  const systemDark = window.matchMedia("(prefers-color-scheme: dark)");

  const read = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // Storage may be forbidden; the system's theme then stands.
    }
  };

  const write = (theme) => {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // The choice lasts for this page only.
    }
  };

  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches);

  const apply = (theme) => {
    if (theme === "light" || theme === "dark") {
      root.dataset.theme = theme;
    } else {
      delete root.dataset.theme;
    }
  };

  apply(read());

  document.addEventListener("DOMContentLoaded", () => {
    const toggle = document.getElementById("theme-toggle");
    if (!toggle) {
      return;
    }
    const show = () => toggle.setAttribute("aria-pressed", String(isDark()));
    toggle.hidden = false;
    show();
    toggle.addEventListener("click", () => {
      const theme = isDark() ? "light" : "dark";
      apply(theme);
      write(theme);
      show();
    });
    systemDark.addEventListener("change", show);
    window.addEventListener("storage", (event) => {
      if (event.key === KEY) {
        apply(event.newValue);
        show();
      }
    });
  });
}
