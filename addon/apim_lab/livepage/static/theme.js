/** Light, dark, or as the system has it; the choice is remembered where the browser allows it. */

import { byId } from "./element.js";

const KEY = "apim-lab-theme";
const THEMES = ["auto", "light", "dark"];

/** @param {() => void} changed is called when the colours are different */
export function followTheme(changed) {
  const select = byId("theme", HTMLSelectElement);
  /** @param {string} theme */
  const apply = (theme) => {
    document.documentElement.dataset.theme = theme;
    changed();
  };
  select.value = remembered();
  select.addEventListener("change", () => {
    remember(select.value);
    apply(select.value);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  apply(select.value);
}

function remembered() {
  try {
    const theme = localStorage.getItem(KEY) ?? "";
    return THEMES.includes(theme) ? theme : "auto";
  } catch {
    return "auto"; // storage is blocked
  }
}

/** @param {string} theme */
function remember(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // storage is blocked: the choice lasts as long as the page
  }
}
