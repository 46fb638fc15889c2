// From values to places on the screen, and ticks that people can read.

export interface Scale {
  kind: "linear" | "log";
  domain: [number, number];
  range: [number, number];
  at(value: number): number; // NaN for a value that the scale cannot show
  invert(place: number): number;
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

export function makeScale(kind: "linear" | "log", domain: [number, number], range: [number, number]): Scale {
  return kind === "log" && domain[0] > 0 ? log(domain, range) : linear(domain, range);
}

// A domain with air around it; a single value gets a neighbourhood of its own size.
export function padDomain(kind: "linear" | "log", domain: [number, number], share = 0.05): [number, number] {
  const [low, high] = domain;
  if (kind === "log" && low > 0) {
    const ratio = high > low ? (high / low) ** share : 1.5;
    return [low / ratio, high * ratio];
  }
  const air = high > low ? (high - low) * share : Math.abs(low) * 0.1 || 1;
  return [low - air, high + air];
}

// About `count` ticks at 1, 2 or 5 times a power of ten.
export function ticks(scale: Scale, count: number): number[] {
  return scale.kind === "log" ? logTicks(scale.domain, count) : linearTicks(scale.domain, count);
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
