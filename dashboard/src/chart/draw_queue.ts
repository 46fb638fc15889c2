// Charts that wait to be drawn. A frame draws one of them at least, and more only while there is time: of a page with
// many large charts the first is seen at once, and what the reader does next is not held up by all of them.
const frameMs = 8; // half a frame: the browser needs the rest to paint
const waiting = new Set<() => void>();

export function drawSoon(draw: () => void): void {
  if (waiting.size === 0) requestAnimationFrame(drawWaiting);
  waiting.add(draw);
}

function drawWaiting(): void {
  const start = performance.now();
  try {
    for (const draw of waiting) {
      waiting.delete(draw);
      draw();
      if (performance.now() - start > frameMs) break;
    }
  } finally {
    if (waiting.size > 0) requestAnimationFrame(drawWaiting);
  }
}
