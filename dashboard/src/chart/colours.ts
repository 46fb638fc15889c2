// Colours that people with any colour vision can tell apart: Okabe and Ito's set for kinds, ramps of growing lightness
// for order.

export type Rgb = [number, number, number];

const kindsLight = ["#0072b2", "#d55e00", "#008a66", "#3a9bd6", "#b37400", "#5d5d5d", "#7a4fb5", "#c0619c"];
const kindsDark = ["#56b4e9", "#ff8a3d", "#2fc79a", "#a5dcf7", "#f0b429", "#bdbdbd", "#b79af0", "#e59ac6"];

export function kindColour(index: number, dark: boolean): string {
  const kinds = dark ? kindsDark : kindsLight;
  return kinds[((index % kinds.length) + kinds.length) % kinds.length]!;
}

const timeLight = ["#123a9c", "#5a2ea6", "#b5287f", "#e2603c", "#f0a202"];
const timeDark = ["#4f7df0", "#8a5cf0", "#d84fa4", "#f5824f", "#ffc233"];
const scoreLight = ["#440154", "#414487", "#2a788e", "#22a884", "#7ad151", "#d2c21a"];
const scoreDark = ["#7a3a9c", "#5a6cc4", "#3e9db5", "#34c398", "#8be063", "#fde725"];

// Steps of a ramp rather than a continuum, so that a chart draws each colour in one go.
export const rampSteps = 32;

export function timeRamp(dark: boolean): string[] {
  return ramp(dark ? timeDark : timeLight);
}
export function scoreRamp(dark: boolean): string[] {
  return ramp(dark ? scoreDark : scoreLight);
}
export function rampStep(share: number): number {
  return Math.min(rampSteps - 1, Math.max(0, Math.floor(share * rampSteps)));
}

export function ramp(stops: string[]): string[] {
  return Array.from({ length: rampSteps }, (_, step) => between(stops, step / (rampSteps - 1)));
}

function between(stops: string[], share: number): string {
  const place = share * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(place));
  const [from, to] = [parse(stops[index]!), parse(stops[index + 1]!)];
  const mixed = from.map((channel, at) => Math.round(channel + (to[at]! - channel) * (place - index)));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

function parse(colour: string): Rgb {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) as Rgb;
}
