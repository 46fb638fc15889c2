// Images that turns of the winner's lineage saved, from first to last, with the step that each was made at.
import type { TurnDocument } from "../data/api";
import { spreadPlaces } from "../data/curves";
import { derive } from "../data/derived";
import { formatNumber } from "../data/format";
import { fill, h } from "../page/dom";
import { nameOf, openTurn, type Context, type View } from "./view";

const shownMax = 24;

export function imageStrip(context: Context): View {
  const list = h("ul", { class: "images" });
  const element = h("section", { class: "card", hidden: true, "aria-labelledby": "images-title" }, h("h2", { id: "images-title" }, "Images along the winner's lineage"), list);
  const documents = new Map<string, TurnDocument | null>();
  let wanted = "";
  let open = true;
  const update = async (): Promise<void> => {
    const { record, source, name } = context.store;
    const { winner } = derive(record);
    const places = [...spreadPlaces(winner.length, shownMax)].map((at) => winner[at]!);
    const key = places.map((place) => nameOf(record, place)).join();
    if (key === wanted) return;
    wanted = key;
    // The last turn first: where it has no image, the trainer saves none, and nothing more is asked.
    for (const place of [...places].reverse()) {
      const turn = { member: record.member[place]!, turn: record.turn[place]! };
      const id = nameOf(record, place);
      if (!documents.has(id)) documents.set(id, await source.turn(name, turn).catch(() => null));
      if (!open || key !== wanted) return;
      if (source.live && place === places[places.length - 1] && !documents.get(id)?.images.length) return;
    }
    const items = places.flatMap((place) => figures(context, place, documents.get(nameOf(record, place)) ?? null));
    element.hidden = items.length === 0;
    fill(list, items);
  };
  return { element, update: () => void update(), close: () => (open = false) };
}

function figures(context: Context, place: number, document: TurnDocument | null): Node[] {
  const { record, source, name } = context.store;
  return (document?.images ?? []).map((file) => {
    const label = `${file} of ${nameOf(record, place)}, step ${formatNumber(record.toStep[place])}`;
    const image = h("img", { src: source.image(name, document!, file), alt: label, loading: "lazy" });
    return h("li", {}, h("button", { type: "button", class: "plain", click: () => openTurn(context, place) }, image, h("span", {}, `step ${formatNumber(record.toStep[place])}`)));
  });
}
