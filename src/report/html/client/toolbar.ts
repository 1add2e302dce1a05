/** What steers all charts at once: zoom to a step, targets on and off, and the tooltip. Closed functions: their source is embedded. */
import type { Line } from '../charts/panel.ts';
import type { ReportData } from '../charts/report-data.ts';
import type { El, MakeElement, Plot, View } from './browser.ts';
import type { Shared, TipRow } from './chart-view.ts';
import type { steppedNumber } from './tools.ts';

/** The colour of a line as a small element; it follows the theme by itself. */
export function swatchMaker(make: MakeElement): (line: Line) => El {
  return ({ colour, dash }) => {
    const swatch = make('span', { class: dash ? 'swatch dashed' : 'swatch', 'aria-hidden': 'true' });
    const percent = Math.round((1 - colour.fade) * 100);
    swatch.style.setProperty('color', `color-mix(in srgb, var(--${colour.name}) ${percent}%, var(--paper))`);
    return swatch;
  };
}

/** Fills the bar above the charts; returns what brings its buttons up to date. */
export function createToolbar(
  make: MakeElement,
  host: El,
  data: ReportData,
  shared: Shared,
  swatch: (line: Line) => El,
): () => void {
  const all = make('option', { value: '' }, 'whole run');
  // Of a fault also what came before it and after it, or there would be nothing to hold it against.
  const around = 3;
  const aboutFaults = (data.faults ?? []).map(({ name, fromS, toS, wellS = toS }) => ({
    name: `fault ${name}`,
    fromS: Math.max(data.fromS, fromS - around),
    toS: Math.min(data.toS, Math.max(toS, wellS) + around),
  }));
  const stretches = [...data.bands, ...aboutFaults];
  const options = stretches.map((stretch, index) => make('option', { value: String(index) }, stretch.name));
  const select = make('select', { 'aria-label': 'Stretch of time in all charts' }, all, ...options);
  select.addEventListener('change', () => {
    const band = select.value === '' ? undefined : stretches[Number(select.value)];
    if (band) shared.zoom(band.fromS, band.toS);
    else shared.reset();
  });
  const reset = make('button', { type: 'button', disabled: '' }, 'Reset zoom');
  reset.addEventListener('click', shared.reset);
  if (stretches.length > 0) host.append(make('label', {}, 'Show ', select));
  host.append(reset);

  const drawn = data.targets.filter(({ underTest }) => underTest);
  const keys: { readonly ids: readonly string[]; readonly button: El }[] = [];
  const key = (label: string, ids: readonly string[], first: Line['colour']) => {
    const line = { series: -1, label, target: label, colour: first, dash: false, width: 2 };
    const button = make('button', { type: 'button', class: 'key' }, swatch(line), label);
    button.addEventListener('click', () => {
      const visible = ids.filter((id) => !shared.hiddenTargets.has(id));
      for (const id of visible.length > 0 ? visible : ids) shared.toggleTarget(id);
    });
    keys.push({ ids, button });
    return button;
  };
  const many = drawn.length > 8;
  const services = [...new Set(drawn.map(({ service }) => service))];
  const row = services.flatMap((service) => {
    const own = drawn.filter((target) => target.service === service);
    if (!many) return own.map(({ id, colour }) => key(id, [id], colour));
    const [first] = own;
    const ids = own.map(({ id }) => id);
    return first ? [key(`${service} × ${own.length}`, ids, first.colour)] : [];
  });
  if (row.length > 0) host.append(make('span', { class: 'keys' }, 'Targets', ...row));
  if (many) {
    const each = drawn.map(({ id, colour }) => key(id, [id], colour));
    host.append(make('details', {}, make('summary', {}, 'each'), make('span', { class: 'keys' }, ...each)));
  }

  return () => {
    const { min, max } = shared.range;
    const whole = min <= data.fromS && max >= data.toS;
    const band = stretches.findIndex(({ fromS, toS }) => fromS === min && toS === max);
    select.value = band < 0 ? '' : String(band);
    if (whole) reset.setAttribute('disabled', '');
    else reset.removeAttribute('disabled');
    for (const { ids, button } of keys) {
      button.setAttribute('aria-pressed', String(ids.some((id) => !shared.hiddenTargets.has(id))));
    }
  };
}

/** The tooltip: the moment, its step, and the value of every line there, largest first, holes last. */
export function createTip(
  view: View,
  make: MakeElement,
  data: ReportData,
  swatch: (line: Line) => El,
  numbers: {
    readonly number: (value: number | null | undefined) => string;
    readonly steppedNumber: typeof steppedNumber;
  },
): Pick<Shared, 'showTip' | 'hideTip'> {
  const { number } = numbers;
  const tip = make('div', { class: 'tip', role: 'status', hidden: '' });
  view.document.body.append(tip);
  const most = 24;
  const showTip = (plot: Plot, unit: string, rows: readonly TipRow[]) => {
    const { left = 0, top = 0 } = plot.cursor;
    const atS = plot.posToVal(left, 'x');
    const band = data.bands.find(({ fromS, toS }) => atS >= fromS && atS < toS);
    const near = data.marks.filter((mark) => Math.abs(plot.valToPos(mark.atS, 'x') - left) < 6);
    const { min = 0, max = 1 } = plot.scales['x'] ?? {};
    const moment = numbers.steppedNumber(atS, 10 ** Math.floor(Math.log10((max - min) / 1000)));
    const least = -Number.MAX_VALUE;
    const sorted = rows.toSorted((a, b) => (b.value ?? least) - (a.value ?? least));
    const shown = sorted
      .slice(0, most)
      .map(({ line, value }) =>
        make(
          'tr',
          {},
          make('td', {}, swatch(line), line.label),
          make('td', { class: 'n' }, number(value)),
          make('td', {}, unit),
        ),
      );
    const more = sorted.length > most ? [make('p', { class: 'hint' }, `and ${sorted.length - most} more`)] : [];
    const title = make(
      'strong',
      {},
      `${moment} s`,
      make('span', { class: 'unit' }, band?.name ?? (data.bands.length > 0 ? 'between steps' : '')),
    );
    const inForce = (data.faults ?? []).filter(({ fromS, toS }) => atS >= fromS && atS < toS);
    const events = [
      ...inForce.map(({ name }) => make('p', {}, `in force: ${name}`)),
      ...near.slice(0, 3).map((mark) => make('p', {}, mark.text)),
    ];
    tip.replaceChildren(title, ...events, make('table', {}, ...shown), ...more);
    tip.hidden = false;
    const box = plot.over.getBoundingClientRect();
    const right = box.left + left + 16 + tip.offsetWidth < view.innerWidth;
    const x = box.left + left + (right ? 16 : -16 - tip.offsetWidth);
    const y = Math.max(8, box.top + top - tip.offsetHeight / 2);
    tip.style.setProperty('transform', `translate(${Math.max(4, x)}px, ${y}px)`);
  };
  const hideTip = () => {
    tip.hidden = true;
  };
  return { showTip, hideTip };
}
