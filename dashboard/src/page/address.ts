// Where the reader is: #/e/NAME/TAB?key=value. The hash works from a server and from a file alike.

export type Route =
  | { page: "experiments" }
  | { page: "experiment"; name: string; tab: string }
  | { page: "compare"; names: string[] };

export interface Address {
  route: Route;
  options: URLSearchParams;
}

export function parseAddress(hash: string): Address {
  const [path = "", query = ""] = split(hash.replace(/^#/, ""), "?");
  const options = new URLSearchParams(query);
  const parts = path.split("/").filter((part) => part !== "").map(decode);
  if (parts[0] === "e" && parts[1] !== undefined) {
    return { route: { page: "experiment", name: parts[1], tab: parts[2] ?? "overview" }, options };
  }
  if (parts[0] === "compare") return { route: { page: "compare", names: options.getAll("e") }, options };
  return { route: { page: "experiments" }, options };
}

export function formatAddress(route: Route, options = new URLSearchParams()): string {
  const query = new URLSearchParams(options);
  let path = "#/";
  if (route.page === "experiment") {
    path = `#/e/${encodeURIComponent(route.name)}${route.tab === "overview" ? "" : `/${route.tab}`}`;
  } else if (route.page === "compare") {
    path = "#/compare";
    query.delete("e");
    for (const name of route.names) query.append("e", name);
  }
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

// The same place with some options changed; null removes one.
export function withOptions(address: Address, changes: Record<string, string | null>): string {
  const options = new URLSearchParams(address.options);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) options.delete(key);
    else options.set(key, value);
  }
  return formatAddress(address.route, options);
}

function split(text: string, at: string): [string, string] {
  const place = text.indexOf(at);
  return place < 0 ? [text, ""] : [text.slice(0, place), text.slice(place + 1)];
}
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
