/** Choosing two steps and seeing what changed between their profiles. A closed function: its source is embedded. */
import type { Doc, El, MakeElement } from './browser.ts';
import type { DiffNode, flameDifference } from './flame-diff.ts';
import type { FlameParts, startFlames } from './flames.ts';

/** What it is put together from. */
export interface CompareParts extends FlameParts {
  readonly flameDifference: typeof flameDifference;
  readonly startFlames: typeof startFlames;
}

/** Fills `host` where some profile was taken in two steps or more, else leaves it hidden. */
export function compareProfiles(document: Doc, host: El, make: MakeElement, parts: CompareParts): void {
  const all = [...document.querySelectorAll('.flame[data-profile]')].filter(
    ({ dataset }) => Number(dataset['answers']) > 0,
  );
  const of = (profile: string) => all.filter(({ dataset }) => dataset['profile'] === profile);
  const names = [...new Set(all.map(({ dataset }) => dataset['profile'] ?? ''))].filter((name) => of(name).length > 1);
  if (names.length === 0) return;
  const choose = (label: string) => make('select', { 'aria-label': label });
  const [profile, before, after] = [choose('Profile'), choose('Step before'), choose('Step after')];
  const picture = make('div', {});
  profile.append(...names.map((name) => make('option', { value: name }, name)));

  const offer = () => {
    const steps = of(profile.value).map(({ dataset }, at) => [String(at), dataset['step'] ?? ''] as const);
    for (const select of [before, after])
      select.replaceChildren(...steps.map(([value, name]) => make('option', { value }, name)));
    before.value = '0';
    after.value = String(steps.length - 1);
    draw();
  };
  const draw = () => {
    const [from, to] = [of(profile.value)[Number(before.value)], of(profile.value)[Number(after.value)]];
    if (!from || !to) return;
    const nodes = parts.flameDifference(from, to);
    const total = nodes.reduce((sum, { depth, width }) => (depth === 0 ? sum + width : sum), 0);
    const rows = nodes.reduce((most, { depth }) => Math.max(most, depth + 1), 1);
    const flame = make('div', {
      class: 'flame difference',
      'aria-label': `what changed from ${from.dataset['step']} to ${to.dataset['step']}; the table below has the greatest changes`,
      'data-total': String(total),
    });
    flame.style.setProperty('height', `${rows * 19}px`);
    for (const node of nodes) {
      const data = { 'data-depth': String(node.depth), 'data-value': String(node.width), 'data-name': node.name };
      flame.append(make('span', { class: node.change, title: `${node.name}: ${words(node)}`, ...data }));
    }
    picture.replaceChildren(make('div', { class: 'flame-part' }, flame), table(nodes));
    parts.startFlames([flame], make, parts);
  };
  const amount = (value: number) => {
    // Smaller boxes are left out of pictures, so what is not there is not known to be nothing.
    if (value === 0) return 'under 0.5 %';
    const isBytes = all.find(({ dataset }) => dataset['profile'] === profile.value)?.dataset['unit'] === 'bytes';
    return isBytes ? `${Number((value / 1024).toPrecision(3))} KiB` : `${Number((value / 1000).toPrecision(3))} us`;
  };
  const words = ({ change, before: was, after: is }: DiffNode) =>
    `${change}, for each request ${amount(was)} before, ${amount(is)} after`;
  const table = (nodes: readonly DiffNode[]) => {
    const changed = nodes
      .filter(({ change }) => change !== 'same')
      .toSorted((one, other) => Math.abs(other.after - other.before) - Math.abs(one.after - one.before));
    if (changed.length === 0) return make('p', { class: 'hint' }, 'Nothing changed beyond chance.');
    const head = ['change', 'before', 'after', 'function'].map((name) => make('th', { scope: 'col' }, name));
    const rows = changed
      .slice(0, 20)
      .map(({ change, before: was, after: is, name }) =>
        make(
          'tr',
          {},
          make('td', {}, change),
          make('td', { class: 'n' }, amount(was)),
          make('td', { class: 'n' }, amount(is)),
          make('td', {}, make('code', {}, name)),
        ),
      );
    const whole = make('table', {}, make('thead', {}, make('tr', {}, ...head)), make('tbody', {}, ...rows));
    return make('div', { class: 'scroll', tabindex: '0' }, whole);
  };

  profile.addEventListener('change', offer);
  for (const select of [before, after]) select.addEventListener('change', draw);
  const labelled = (label: string, select: El) => make('label', {}, `${label} `, select);
  host.append(
    make('div', { class: 'controls' }, labelled('Profile', profile), labelled('from', before), labelled('to', after)),
    picture,
  );
  host.parentElement?.removeAttribute('hidden');
  offer();
}
