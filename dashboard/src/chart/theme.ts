// The colours of the present theme by role, read from the style sheet's custom properties.
import { scoreRamp, timeRamp } from "./colours";

export interface Theme {
  dark: boolean;
  surface: string;
  ink: string;
  muted: string;
  grid: string;
  faint: string; // lines and marks in the background
  accent: string;
  winner: string;
  bad: string;
  good: string;
  time: string[];
  score: string[];
  font: string;
}

let present: Theme | null = null;

export function theme(): Theme {
  present ??= readTheme();
  return present;
}

function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim() || "#888888";
  const dark = style.getPropertyValue("--theme").trim() === "dark";
  return {
    dark,
    surface: colour("surface"),
    ink: colour("ink"),
    muted: colour("muted"),
    grid: colour("grid"),
    faint: colour("faint"),
    accent: colour("accent"),
    winner: colour("winner"),
    bad: colour("bad"),
    good: colour("good"),
    time: timeRamp(dark),
    score: scoreRamp(dark),
    font: getComputedStyle(document.body).fontFamily,
  };
}

type Choice = "light" | "dark" | "auto";
const key = "pbt-theme";

export function startTheme(changed: () => void): void {
  apply(storedChoice());
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    present = null;
    changed();
  });
}

// From what is seen now to the other one; back to the system's own choice when that is the same.
export function toggleTheme(changed: () => void): void {
  const systemDark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  const wanted = theme().dark ? "light" : "dark";
  apply((wanted === "dark") === systemDark ? "auto" : wanted);
  changed();
}

function apply(choice: Choice): void {
  if (choice === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = choice;
  present = null;
  try {
    localStorage.setItem(key, choice);
  } catch {
    // A page from disk may have no storage; the choice then lasts as long as the page.
  }
}

function storedChoice(): Choice {
  try {
    const choice = localStorage.getItem(key);
    return choice === "light" || choice === "dark" ? choice : "auto";
  } catch {
    return "auto";
  }
}
