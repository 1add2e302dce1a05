/** How often profile rounds name a function of made-up services, and whether it is the right one. */
import { codeChanges } from '../../../src/analysis/code/code-changes.ts';
import { type MadeRounds, profiledRounds } from '../../simulation/profiled-service.ts';
import { changed, culprits, seeded, shop } from '../../simulation/seeded-changes.ts';

/** One row: the same code in both arms, or one with a change. */
interface NamedRow {
  readonly title: string;
  readonly change?: keyof typeof seeded;
  readonly made?: MadeRounds;
}

const rows: readonly NamedRow[] = [
  { title: 'the same code' },
  { title: 'the same code, three rounds', made: { rounds: 3 } },
  { title: 'the same code, two rounds', made: { rounds: 2 } },
  { title: 'the same code, runs differ by 10 % in CPU time', made: { runSd: 0.1 } },
  { title: 'the same code, runs differ by 20 % in CPU time', made: { runSd: 0.2 } },
  { title: 'the same code, runs differ threefold in waits', made: { waitSd: 1.1 } },
  { title: 'the same code, 1,600 requests', made: { requests: 800 } },
  { title: 'one function burns 20 us more', change: 'cpu' },
  { title: 'one function burns 20 us more, 10,000 requests', change: 'cpu', made: { requests: 5000 } },
  { title: 'one function burns 20 us more, runs differ by 10 %', change: 'cpu', made: { runSd: 0.1 } },
  { title: 'one function burns 20 us more, three rounds', change: 'cpu', made: { rounds: 3 } },
  { title: 'one function allocates 4 KiB more', change: 'allocation' },
  { title: 'one function waits 1 ms longer', change: 'wait' },
  { title: 'one function holds a lock for longer', change: 'lock' },
  {
    title: 'one function holds a lock for longer, runs differ threefold in waits',
    change: 'lock',
    made: { waitSd: 1.1 },
  },
];

/** The table in Markdown, each row of so many tries. */
export function namedTable(times: number): string {
  const lines = rows.map(({ title, change, made }) => {
    let named = 0;
    let right = 0;
    for (let seed = 1; seed <= times; seed++) {
      const after = change === undefined ? shop : changed(shop, seeded[change]);
      const { functions } = codeChanges(profiledRounds(shop, after, seed, made), 4);
      if (functions.length > 0) named++;
      if (change !== undefined && functions[0]?.name === culprits[change]) right++;
    }
    const share = (count: number) => `${Number(((100 * count) / times).toFixed(1))} %`;
    return `| ${title} | ${share(named)} | ${change === undefined ? '' : share(right)} |`;
  });
  return ['| made up | something named | the right one first |', '|---|---|---|', ...lines].join('\n');
}
