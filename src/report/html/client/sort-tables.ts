/** Tables that are sorted by a click on a head. A closed function: its source is embedded. */
import type { El, MakeElement } from './browser.ts';

/**
 * Makes the heads of these tables buttons; numbers are sorted from the greatest, names from the first, and what is no number comes last. A
 * cell whose text has a unit has its number in `data-value`.
 */
export function sortTables(tables: Iterable<El>, make: MakeElement): void {
  for (const table of tables) start(table);

  function start(table: El): void {
    const heads = [...table.querySelectorAll('thead th')];
    const [body] = [...table.querySelectorAll('tbody')];
    for (const [column, head] of heads.entries()) {
      const button = make('button', { type: 'button', class: 'sort' }, head.textContent ?? '');
      button.addEventListener('click', () => {
        const rows = [...(body?.querySelectorAll('tr') ?? [])].map((row) => {
          const cell = [...row.querySelectorAll('td')][column];
          const text = cell?.textContent ?? '';
          const value = Number.parseFloat(cell?.dataset['value'] ?? text.replaceAll(',', ''));
          return { row, text, value: Number.isNaN(value) ? -Number.MAX_VALUE : value };
        });
        const isOfNumbers = rows.some(({ value }) => value > -Number.MAX_VALUE);
        const order = rows.toSorted(
          (one, other) => other.value - one.value || Number(one.text > other.text) - Number(one.text < other.text),
        );
        body?.replaceChildren(...order.map(({ row }) => row));
        for (const each of heads) each.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', isOfNumbers ? 'descending' : 'ascending');
      });
      head.replaceChildren(button);
    }
  }
}
