// From values to places on the screen, and ticks that people can read.

// one_minus_log: the logarithm of what is missing to 1, for discounts and momenta: 0.9, 0.99 and 0.999 are as far apart.
export type ScaleKind = "linear" | "log" | "one_minus_log";

export interface Scale {
  kind: ScaleKind;
  domain: [number, number];
  range: [number, number];
  at(value: number): number; // NaN for a value that the scale cannot show
  invert(place: number): number;
}

export function canShow(kind: ScaleKind, value: number): boolean {
  return kind === "log" ? value > 0 : kind === "one_minus_log" ? value < 1 : true;
}

export function linear(domain: [number, number], range: [number, number]): Scale {
  const [low, high] = domain;
  const slope = (range[1] - range[0]) / (high - low || 1);
  return {
    kind: "linear",
    domain,
    range,
    at: (value) => range[0] + (value - low) * slope,
    invert: (place) => low + (place - range[0]) / slope,
  };
}

export function log(domain: [number, number], range: [number, number]): Scale {
  const inner = linear([Math.log(domain[0]), Math.log(domain[1])], range);
  return {
    kind: "log",
    domain,
    range,
    at: (value) => (value > 0 ? inner.at(Math.log(value)) : Number.NaN),
    invert: (place) => Math.exp(inner.invert(place)),
  };
}

export function oneMinusLog(domain: [number, number], range: [number, number]): Scale {
  const inner = linear([-Math.log10(1 - domain[0]), -Math.log10(1 - domain[1])], range);
  return {
    kind: "one_minus_log",
    domain,
    range,
    at: (value) => (value < 1 ? inner.at(-Math.log10(1 - value)) : Number.NaN),
    invert: (place) => 1 - 10 ** -inner.invert(place),
  };
}

// Of the wanted kind where that can show the whole domain, else linear.
export function makeScale(kind: ScaleKind, domain: [number, number], range: [number, number]): Scale {
  if (kind === "linear" || !domain.every((end) => canShow(kind, end))) return linear(domain, range);
  return kind === "log" ? log(domain, range) : oneMinusLog(domain, range);
}

// A domain with air around it; a single value gets a neighbourhood of its own size.
export function padDomain(kind: ScaleKind, domain: [number, number], share = 0.05): [number, number] {
  const [low, high] = domain;
  if (kind === "log" && low > 0) {
    const ratio = high > low ? (high / low) ** share : 1.5;
    return [low / ratio, high * ratio];
  }
  if (kind === "one_minus_log" && high < 1) return mirror(padDomain("log", mirror(domain), share));
  const air = high > low ? (high - low) * share : Math.abs(low) * 0.1 || 1;
  return [low - air, high + air];
}

// About `count` ticks at 1, 2 or 5 times a power of ten, or at 1 less those.
export function ticks(scale: Scale, count: number): number[] {
  if (scale.kind === "linear") return linearTicks(scale.domain, count);
  if (scale.kind === "log") return logTicks(scale.domain, count);
  return logTicks(mirror(scale.domain), count).map((tick) => Number((1 - tick).toPrecision(12))).reverse();
}

function mirror([low, high]: [number, number]): [number, number] {
  return [1 - high, 1 - low];
}

export function linearTicks([low, high]: [number, number], count: number, whole = false): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const share = rough / power;
  let step = power * (share < Math.SQRT2 ? 1 : share < Math.sqrt(10) ? 2 : share < Math.sqrt(50) ? 5 : 10);
  if (whole) step = Math.max(1, Math.round(step));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const result: number[] = [];
  for (let index = first; index <= last; index++) result.push(Number((index * step).toPrecision(12)));
  return result;
}

function logTicks([low, high]: [number, number], count: number): number[] {
  const decades = Math.log10(high / low);
  if (decades < 0.7) return linearTicks([low, high], count);
  const factors = decades > count / 2 ? [1] : decades > count / 3 ? [1, 3] : [1, 2, 5];
  const skip = Math.max(1, Math.ceil(decades / count));
  const result: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    if (power % skip !== 0) continue;
    for (const factor of factors) {
      const tick = Number(`${factor}e${power}`);
      if (tick >= low * 0.9999 && tick <= high * 1.0001) result.push(tick);
    }
  }
  return result;
}
