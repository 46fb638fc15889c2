// Images that turns of the winner's lineage saved, from first to last, with the step that each was made at. A turn's
// images are asked for when its place in the strip comes into sight.
import type { TurnDocument, TurnName } from "../data/api";
import { spreadPlaces } from "../data/curves";
import { derive } from "../data/derived";
import type { ExperimentStore } from "../data/experiment_store";
import { formatNumber, turnName } from "../data/format";
import { fill, h } from "../page/dom";
import type { Context, View } from "./view";

const shownMax = 24;

interface Stop extends TurnName {
  step: number;
}

export function imageStrip(context: Context): View {
  const list = h("ul", { class: "images" });
  const element = h("section", { class: "card", hidden: true, "aria-labelledby": "images-title" }, h("h2", { id: "images-title" }, "Images along the winner's lineage"), list);
  const items = new Map<string, HTMLLIElement>();
  const waiting = new Map<Element, () => void>();
  const seen = (entries: IntersectionObserverEntry[]): void => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) waiting.get(target)?.();
  };
  const watcher = new IntersectionObserver(seen, { rootMargin: "200px" });
  const itemOf = (stop: Stop): HTMLLIElement => {
    const item = items.get(turnName(stop)) ?? h("li", { class: "awaited" });
    if (items.has(turnName(stop))) return item;
    items.set(turnName(stop), item);
    waiting.set(item, () => {
      watcher.unobserve(item);
      waiting.delete(item);
      void show(context, stop, item);
    });
    watcher.observe(item);
    return item;
  };
  let wanted = "";
  let open = true;
  const update = async (): Promise<void> => {
    const { store } = context;
    const stops = stopsOf(store);
    const key = stops.map(turnName).join();
    if (key === wanted) return;
    wanted = key;
    // Where the last turn has no image the trainer saves none; a report holds the images of some turns only.
    const asked = await Promise.all((store.source.live ? stops.slice(-1) : stops).map((stop) => documentOf(store, stop)));
    if (!open || key !== wanted) return;
    element.hidden = !asked.some((document) => document?.images.length);
    if (!element.hidden) fill(list, stops.map(itemOf));
  };
  const close = (): void => {
    open = false;
    watcher.disconnect();
  };
  return { element, update: () => void update(), close };
}

function stopsOf({ record }: ExperimentStore): Stop[] {
  const { winner } = derive(record);
  return Array.from(spreadPlaces(winner.length, shownMax), (at) => winner[at]!).map((place) => ({ member: record.member[place]!, turn: record.turn[place]!, step: record.toStep[place]! }));
}

async function documentOf({ source, name }: ExperimentStore, stop: Stop): Promise<TurnDocument | null> {
  return source.turn(name, stop).catch(() => null);
}

// A turn whose checkpoint was collected has no images left, and no place in the strip.
async function show(context: Context, stop: Stop, item: HTMLLIElement): Promise<void> {
  const document = await documentOf(context.store, stop);
  item.classList.remove("awaited");
  item.hidden = !document?.images.length;
  if (document) fill(item, figures(context, stop, document));
}

function figures(context: Context, stop: Stop, document: TurnDocument): Node[] {
  const { source, name } = context.store;
  const step = `step ${formatNumber(stop.step)}`;
  return document.images.map((file) => {
    const image = h("img", { src: source.image(name, document, file), alt: `${file} of ${turnName(stop)}, ${step}`, loading: "lazy" });
    return h("button", { type: "button", class: "plain", click: () => context.set({ turn: turnName(stop) }) }, image, h("span", {}, step));
  });
}
