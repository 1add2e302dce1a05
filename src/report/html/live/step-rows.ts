/** The table of steps of the live page. A closed function. */
import type { LiveStep } from '../../../model/live.ts';
import type { El, MakeElement } from '../client/browser.ts';

/** Brings the rows up to date, touching only those that are other than before. */
export function createStepRows(
  make: MakeElement,
  body: El,
  number: (value: number | null | undefined) => string,
): (steps: readonly LiveStep[]) => void {
  const rows = new Map<number, { readonly row: El; readonly text: string }>();
  const latency = (us: number | undefined) => (us === undefined ? '–' : `${number(us / 1000)} ms`);
  const cell = (text: string, kind = '') => make('td', { class: `n ${kind}` }, text);

  const cellsOf = ({ name, measure, state, planned, completed, lost, p50Us, p99Us }: LiveStep) => [
    make('th', { scope: 'row' }, name, ...(measure ? [] : [' ', make('span', { class: 'tag' }, 'not measured')])),
    make('td', {}, state),
    cell(number(planned)),
    cell(number(completed)),
    cell(number(lost), lost > 0 ? 'loss' : 'zero'),
    cell(latency(p50Us)),
    cell(latency(p99Us), 'strong'),
  ];

  return (steps) => {
    for (const step of steps) {
      const text = JSON.stringify(step);
      const known = rows.get(step.index);
      if (known?.text === text) continue;
      const row = known?.row ?? make('tr', {});
      row.replaceChildren(...cellsOf(step));
      if (!known) body.append(row);
      rows.set(step.index, { row, text });
    }
  };
}
