// Numbers, durations and names as people read them. The minus sign is U+2212 in text, a hyphen in CSV.

export function formatNumber(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= (Number.isInteger(value) ? 1e15 : 1e9))) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    return minus(`${mantissa!.replace(/\.?0+$/, "")}e${exponent!.replace("+", "")}`);
  }
  if (Number.isInteger(value)) return minus(withCommas(String(value)));
  const rounded = Number(value.toPrecision(Math.max(digits, Math.ceil(Math.log10(size + 1)), digitsBelowOne(size))));
  const [whole, fraction] = plain(rounded).split(".");
  return minus(withCommas(whole!) + (fraction ? `.${fraction}` : ""));
}

// 1,284,000 -> "1.28 M": for axes and small numbers, where room is short.
export function formatShort(value: number): string {
  const size = Math.abs(value);
  for (const [unit, name] of [
    [1e12, "T"],
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const) {
    if (size >= unit && size < 1e15) return `${minus(String(Number((value / unit).toPrecision(3))))} ${name}`;
  }
  return formatNumber(value, 3);
}

export function formatValue(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return formatNumber(value, 6);
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function formatDuration(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined || !Number.isFinite(milliseconds)) return "–";
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(Math.floor(seconds % 60))} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${pad(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return "–";
  for (const [unit, name] of [
    [1e9, "GB"],
    [1e6, "MB"],
    [1e3, "kB"],
  ] as const) {
    if (bytes >= unit) return `${Number((bytes / unit).toPrecision(3))} ${name}`;
  }
  return `${bytes} bytes`;
}

export function formatTime(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined || !Number.isFinite(milliseconds)) return "–";
  const time = new Date(milliseconds);
  const date = `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
  return `${date} ${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}`;
}

export function formatPercent(fraction: number): string {
  return `${Math.round(100 * Math.min(1, Math.max(0, fraction)))} %`;
}

export function turnName(turn: { member: number; turn: number }): string {
  return `m${turn.member}.t${turn.turn}`;
}

export function parseTurnName(name: string | null | undefined): { member: number; turn: number } | null {
  const match = /^m(\d{1,9})\.t(\d{1,9})$/.exec(name ?? "");
  return match ? { member: Number(match[1]), turn: Number(match[2]) } : null;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

// 0.99995 would be 1 in four digits; next to 1 it is the distance from it that counts.
function digitsBelowOne(size: number): number {
  return size >= 0.99 && size < 1 ? Math.min(15, 2 + Math.floor(-Math.log10(1 - size))) : 0;
}
function withCommas(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}
function minus(text: string): string {
  return text.replace(/^-/, "−").replace("e-", "e−");
}
function pad(value: number): string {
  return String(value).padStart(2, "0");
}
// String(1e-7) would give an exponent; sizes that need one never come here.
function plain(value: number): string {
  const text = String(value);
  return text.includes("e") ? value.toFixed(20).replace(/\.?0+$/, "") : text;
}
