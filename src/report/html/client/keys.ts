/** Reading a chart by keyboard: from moment to moment, closer, farther, and back. A closed function. */
import type { El, Plot } from './browser.ts';

/** What keys change for all charts. */
interface Steered {
  readonly range: { readonly min: number; readonly max: number };
  readonly whole: { readonly fromS: number; readonly toS: number };
  zoom(min: number, max: number): void;
  reset(): void;
  hideTip(): void;
}

/** Listens on the area of a chart; `seen` is told whether the chart is being read. */
export function steerByKeys(
  area: El,
  current: () => Plot | undefined,
  shared: Steered,
  seen: (isRead: boolean) => void,
): void {
  let atS: number | undefined;

  const read = (plot: Plot, steps: number) => {
    const { min, max } = shared.range;
    const moments = (plot.data[0] ?? []).filter(
      (moment): moment is number => typeof moment === 'number' && moment >= min && moment <= max,
    );
    const from = atS ?? (steps > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
    const place =
      steps > 0 ? moments.findIndex((moment) => moment > from) : moments.findLastIndex((moment) => moment < from);
    if (place < 0) return;
    atS = moments[Math.min(Math.max(place + steps - Math.sign(steps), 0), moments.length - 1)];
    show(plot);
  };
  const show = (plot: Plot) => {
    if (atS === undefined) return;
    seen(true);
    plot.setCursor({ left: plot.valToPos(atS, 'x'), top: plot.over.offsetHeight / 2 });
  };
  const zoom = (factor: number) => {
    const { min, max } = shared.range;
    const half = ((max - min) * factor) / 2;
    const centre = atS ?? (min + max) / 2;
    const { fromS, toS } = shared.whole;
    shared.zoom(Math.max(centre - half, fromS), Math.min(centre + half, toS));
  };

  area.addEventListener('keydown', (event) => {
    const plot = current();
    if (!plot || event.ctrlKey || event.metaKey || event.altKey) return;
    const far = event.shiftKey ? 10 : 1;
    const actions: Readonly<Record<string, () => void>> = {
      ArrowRight: () => read(plot, far),
      ArrowLeft: () => read(plot, -far),
      '+': () => zoom(0.5),
      '=': () => zoom(0.5),
      '-': () => zoom(2),
      Escape: () => shared.reset(),
    };
    const action = actions[event.key ?? ''];
    if (!action) return;
    event.preventDefault();
    action();
  });
  area.addEventListener('blur', () => {
    seen(false);
    atS = undefined;
    shared.hideTip();
  });
}
