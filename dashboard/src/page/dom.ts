// Elements are built here and nowhere else: strings only ever become text, attributes only by this list of kinds.

export type Child = Node | string | number | null | undefined | false | Child[];
type Handler = (event: never) => void;
export type Attributes = Record<string, string | number | boolean | null | undefined | Handler>;

export function h<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value as EventListener);
    else if (name === "style") throw new Error("Set element.style from script: the page's policy forbids style attributes.");
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren();
  append(element, children);
}

function append(element: Element, children: Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child instanceof Node ? child : String(child));
  }
}

// A small picture of our own from path data, in the colour of the text around it.
export function icon(path: string): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(space, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

export function link(address: string, text: Child, attributes: Attributes = {}): HTMLAnchorElement {
  return h("a", { href: address, ...attributes }, text);
}

export function select(label: string, options: [string, string][], chosen: string, choose: (value: string) => void): HTMLElement {
  const input = h(
    "select",
    { change: () => choose(input.value) },
    options.map(([value, text]) => h("option", { value, selected: value === chosen }, text)),
  );
  return h("label", { class: "field" }, h("span", {}, label), input);
}

export function toggle(label: string, on: boolean, change: (on: boolean) => void, disabled = false): HTMLElement {
  const input = h("input", { type: "checkbox", checked: on, disabled, change: () => change(input.checked) });
  return h("label", { class: "field toggle" }, input, h("span", {}, label));
}
