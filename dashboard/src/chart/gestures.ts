// Pointer, wheel and keyboard on a chart. The wheel zooms only a chart that has the focus (or with Ctrl), so that it
// never holds up a reader who scrolls the page.
import type { Direction, View } from "./chart";
import type { ChartFrame } from "./frame";

const dragFrom = 5; // pixels: less is a click
const directions: Record<string, Direction> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

export function listen(plot: HTMLElement, frame: ChartFrame): void {
  listenToPointer(plot, frame);
  plot.addEventListener(
    "wheel",
    (event) => {
      if (frame.present()?.zoom === "none" || !(event.ctrlKey || event.metaKey || plot === document.activeElement)) return;
      event.preventDefault();
      zoomAt(frame, at(plot, event), Math.exp(-event.deltaY * 0.002));
    },
    { passive: false },
  );
  plot.addEventListener("dblclick", () => frame.zoomTo([0, 1]));
  plot.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const chart = frame.present();
    const direction = directions[event.key];
    const { width, height } = frame.view();
    if (!chart) return;
    if (direction) frame.pointAt(chart.step(frame.marked(), direction), true);
    else if (event.key === "0") frame.zoomTo([0, 1]);
    else if ((event.key === "+" || event.key === "=") && chart.zoom !== "none") zoomAt(frame, [width / 2, height / 2], 1.5);
    else if (event.key === "-" && chart.zoom !== "none") zoomAt(frame, [width / 2, height / 2], 1 / 1.5);
    else if (event.key === "Escape") escape(frame);
    else if (event.key === "Enter" && frame.marked()) chart.open?.(frame.marked()!);
    else return;
    event.preventDefault();
  });
  plot.addEventListener("blur", () => frame.pointAt(null, false));
}

function listenToPointer(plot: HTMLElement, frame: ChartFrame): void {
  let from: [number, number] | null = null;
  let pan: View["pan"] = frame.view().pan;
  let dragging = false;
  const end = (event: PointerEvent): void => {
    const chart = frame.present();
    if (from && dragging && chart?.zoom === "x" && !chart.drag) zoomInto(frame, from[0], at(plot, event)[0]);
    else if (from && !dragging && event.type === "pointerup") click(frame, at(plot, event));
    from = null;
    dragging = false;
  };
  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    from = at(plot, event);
    pan = frame.view().pan;
  });
  plot.addEventListener("pointermove", (event) => {
    const chart = frame.present();
    const now = at(plot, event);
    if (!chart) return;
    if (from && !dragging && Math.hypot(now[0] - from[0], now[1] - from[1]) > dragFrom && (chart.drag || chart.zoom !== "none")) {
      dragging = true;
      plot.setPointerCapture(event.pointerId);
      frame.pointAt(null, false);
    }
    if (!dragging || !from) frame.pointAt(chart.find(frame.view(), ...now), false);
    else if (chart.drag) {
      chart.drag(frame.view(), from, now);
      frame.redraw();
    } else if (chart.zoom === "both") frame.zoomTo([0, 1], { k: pan.k, x: pan.x + now[0] - from[0], y: pan.y + now[1] - from[1] });
    else frame.drawStrip(from[0], now[0]);
  });
  plot.addEventListener("pointerup", end);
  plot.addEventListener("pointercancel", end);
  plot.addEventListener("pointerleave", () => !dragging && frame.pointAt(null, false));
}

function click(frame: ChartFrame, place: [number, number]): void {
  const chart = frame.present();
  if (chart?.click?.(frame.view(), place)) {
    frame.redraw();
    return;
  }
  const mark = chart?.find(frame.view(), ...place);
  if (mark) chart?.open?.(mark);
}

function escape(frame: ChartFrame): void {
  if (frame.marked()) frame.pointAt(null, false);
  else if (frame.present()?.escape?.()) frame.redraw();
}

function zoomAt(frame: ChartFrame, [x, y]: [number, number], factor: number): void {
  const view = frame.view();
  if (frame.present()?.zoom === "both") {
    const k = Math.min(60, Math.max(1, view.pan.k * factor));
    const by = k / view.pan.k;
    frame.zoomTo([0, 1], k === 1 ? { k, x: 0, y: 0 } : { k, x: x - (x - view.pan.x) * by, y: y - (y - view.pan.y) * by });
    return;
  }
  const share = shareAt(frame, x);
  frame.zoomTo([Math.max(0, share - (share - view.span[0]) / factor), Math.min(1, share + (view.span[1] - share) / factor)]);
}

function zoomInto(frame: ChartFrame, x0: number, x1: number): void {
  const [low, high] = [shareAt(frame, Math.min(x0, x1)), shareAt(frame, Math.max(x0, x1))];
  if (high - low > 1e-6) frame.zoomTo([low, high]);
  else frame.redraw();
}

// Where a pixel lies on the whole of the x axis, 0..1.
function shareAt(frame: ChartFrame, x: number): number {
  const view = frame.view();
  const [left, right] = frame.present()?.plotSides?.(view) ?? [0, view.width];
  const share = Math.min(1, Math.max(0, (x - left) / (right - left)));
  return view.span[0] + share * (view.span[1] - view.span[0]);
}

function at(plot: HTMLElement, event: MouseEvent): [number, number] {
  const box = plot.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}
