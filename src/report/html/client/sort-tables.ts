/** Tables that are sorted by a click on a head. A closed function: its source is embedded. */
import type { El, MakeElement } from './browser.ts';

/** Makes the heads of these tables buttons; numbers are sorted from the greatest, names from the first. */
export function sortTables(tables: Iterable<El>, make: MakeElement): void {
  for (const table of tables) start(table);

  function start(table: El): void {
    const heads = [...table.querySelectorAll('thead th')];
    const [body] = [...table.querySelectorAll('tbody')];
    for (const [column, head] of heads.entries()) {
      const button = make('button', { type: 'button', class: 'sort' }, head.textContent ?? '');
      button.addEventListener('click', () => {
        const rows = [...(body?.querySelectorAll('tr') ?? [])].map((row) => {
          const text = [...row.querySelectorAll('td')][column]?.textContent ?? '';
          return { row, text, value: Number.parseFloat(text.replaceAll(',', '')) };
        });
        const order = rows.toSorted((one, other) => other.value - one.value || (one.text < other.text ? -1 : 1));
        body?.replaceChildren(...order.map(({ row }) => row));
        for (const each of heads) each.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', Number.isNaN(rows[0]?.value) ? 'ascending' : 'descending');
      });
      head.replaceChildren(button);
    }
  }
}
