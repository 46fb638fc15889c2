import { formatNumber, formatTime, turnName } from "../data/format";
import { h } from "../page/dom";
import type { Context } from "./view";

const shownMax = 100;

// The last failures, newest first, each with what the trainer said last.
export function failuresList(context: Context): Node[] {
  const failures = [...context.store.failures].reverse();
  if (failures.length === 0) return [h("h2", {}, "Failures"), h("p", { class: "note" }, "No trainer has failed.")];
  const items = failures.slice(0, shownMax).map((failure) =>
    h(
      "li",
      {},
      h("p", {}, h("strong", { class: "bad" }, failure.failure), ` ${turnName(failure)} at step ${formatNumber(failure.step)}, ${formatNumber(failure.steps_lost)} steps lost · ${failure.worker ?? "–"} · ${formatTime(failure.time_ms)}`),
      h("p", { class: "note" }, failure.message),
      failure.log_tail ? h("details", {}, h("summary", {}, "The trainer's last lines"), h("pre", { tabindex: 0 }, failure.log_tail)) : null,
    ),
  );
  const more = failures.length - items.length;
  return [h("h2", {}, `Failures (${formatNumber(failures.length)})`), h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Failures" }, h("ul", { class: "failures" }, items)), ...(more > 0 ? [h("p", { class: "note" }, `and ${formatNumber(more)} older ones`)] : [])];
}
