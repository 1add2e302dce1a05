import { describe, expect, it } from 'vitest';
import { codeChanges, codeDifference, firstDifference } from '../../../src/analysis/code/code-changes.ts';
import type { ProfiledRound } from '../../../src/analysis/code/stack-costs.ts';
import { topTable } from '../../../src/goruntime/profile/top.ts';
import { type MadeStack, profiledRounds } from '../../simulation/profiled-service.ts';

const serve = ['net/http.(*conn).serve', 'shop/web.quote'];
const base: readonly MadeStack[] = [
  { frames: ['net/http.(*conn).serve', 'bufio.(*Writer).Flush'], cpuUs: 30 },
  { frames: [...serve, 'shop/pricing.Table', 'shop/pricing.discount'], cpuUs: 30 },
  { frames: [...serve, 'shop/pricing.Table'], cpuUs: 20 },
  { frames: [...serve, 'shop/checkout.Encode', 'encoding/json.Marshal'], cpuUs: 40, objects: 4, size: 512 },
];
const calm = { requests: 60_000, runSd: 0.01 };
const told = (before: readonly MadeStack[], after: readonly MadeStack[]) =>
  codeChanges(profiledRounds(before, after, 7, calm), 4);
const with_ = (frames: readonly string[], cpuUs: number) => [...base, { frames, cpuUs }];

describe('the function that is named', () => {
  it('is where the change is, not what calls it', () => {
    const { functions } = told(
      base,
      with_([...serve, 'shop/pricing.Table', 'shop/pricing.discount', 'runtime.memmove'], 20),
    );
    expect(functions.map(({ name }) => name)).toEqual(['shop/pricing.discount']);
    expect(functions[0]).toMatchObject({
      kind: 'own',
      presence: 'both',
      caller: 'shop/pricing.Table',
      service: 'shop',
    });
    expect(functions[0]?.changes[0]?.estimate).toBeCloseTo(20, -1);
    expect(functions[0]?.changes[0]?.rounds).toHaveLength(4);
  });

  it('is the caller of a library that does more, and says in which function of it', () => {
    const { functions } = told(
      base,
      with_([...serve, 'shop/checkout.Encode', 'encoding/json.Marshal', 'reflect.Value.Field'], 25),
    );
    expect(functions.map(({ name, within }) => [name, within])).toEqual([
      ['shop/checkout.Encode', 'encoding/json.Marshal'],
    ]);
  });

  it('is the caller of many that each do a little more', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({
      frames: [...serve, 'shop/checkout.Encode', 'shop/checkout.fields', `shop/checkout.field${index}`],
      cpuUs: 0.7,
    }));
    expect(told(base, [...base, ...many]).functions[0]?.name).toBe('shop/checkout.fields');
  });

  it('is of the library where no function of the service is below it', () => {
    const { functions } = told(base, with_(['net/http.(*conn).serve', 'net/http.(*conn).readRequest'], 20));
    expect(functions[0]).toMatchObject({ name: 'net/http.(*conn).readRequest', kind: 'library', presence: 'new' });
  });

  it('comes before what the garbage collector does more for it', () => {
    const after = [
      ...with_([...serve, 'shop/checkout.Encode'], 10),
      { frames: ['runtime.gcBgMarkWorker', 'runtime.gcDrain'], cpuUs: 30 },
    ];
    expect(told(base, after).functions.map(({ name }) => name)).toEqual([
      'shop/checkout.Encode',
      '(garbage collection)',
    ]);
  });

  it('may be cheaper, and then stands behind what is dearer', () => {
    const cheaper = base.map((stack) =>
      stack.frames.includes('encoding/json.Marshal') ? { ...stack, cpuUs: 5 } : stack,
    );
    const { functions } = told(base, [...cheaper, { frames: [...serve, 'shop/audit.Log'], cpuUs: 12 }]);
    expect(functions.map(({ name }) => name)).toEqual(['shop/audit.Log', 'shop/checkout.Encode']);
    expect(functions[1]?.changes[0]?.estimate).toBeLessThan(-30);
  });
});

describe('a function under another name', () => {
  const renamed = (cpuUs: number) =>
    base.map((stack) =>
      stack.frames.includes('shop/pricing.discount')
        ? { frames: [...serve, 'shop/pricing.Table', 'shop/pricing.rebate'], cpuUs }
        : stack,
    );

  it('is no change where it costs the same', () => {
    const { functions, moved } = told(base, renamed(30));
    expect(functions).toEqual([]);
    expect(moved.map(({ name, presence, caller }) => [name, presence, caller])).toEqual([
      ['shop/pricing.rebate', 'new', 'shop/pricing.Table'],
      ['shop/pricing.discount', 'gone', 'shop/pricing.Table'],
    ]);
  });

  it('is told with what it was where it costs more', () => {
    const { functions } = told(base, renamed(55));
    expect(functions).toHaveLength(1);
    expect(functions[0]).toMatchObject({ name: 'shop/pricing.rebate', was: 'shop/pricing.discount', presence: 'both' });
    expect(functions[0]?.changes[0]?.before).toBeCloseTo(30, -1);
  });

  it('is no change either where a part of a function becomes one of its own', () => {
    const split = base.flatMap((stack) =>
      stack.frames.at(-1) === 'shop/pricing.Table'
        ? [
            { ...stack, cpuUs: 2 },
            { frames: [...stack.frames, 'shop/pricing.lookUp'], cpuUs: 18 },
          ]
        : [stack],
    );
    expect(told(base, split).functions).toEqual([]);
  });
});

it('is not new because it did not cost this kind of thing before', () => {
  const after = [...base, { frames: [...serve, 'shop/checkout.Encode', 'sync.(*Mutex).Unlock'], lockUs: 900 }];
  expect(told(base, after).functions[0]).toMatchObject({ name: 'shop/checkout.Encode', presence: 'both' });
});

describe('what profiles cannot say', () => {
  it('is told where a kind of profile has nothing in it, and is not taken for no change', () => {
    expect(told(base, base).missing).toContainEqual({
      service: 'shop',
      profile: 'mutex',
      message: expect.stringContaining(
        'mutex profiling is off in shop, or nobody waited: call runtime.SetMutexProfileFraction',
      ),
    });
  });

  it('is nothing to be named after a single round', () => {
    const one = codeChanges(
      profiledRounds(base, with_([...serve, 'shop/audit.Log'], 90), 3, { ...calm, rounds: 1 }),
      4,
    );
    expect(one).toMatchObject({ rounds: [1], functions: [], totals: [] });
  });

  it('is a step that only one of the arms has', () => {
    const [first, ...others] = profiledRounds(base, base, 5, calm);
    const dropped = (round: ProfiledRound | undefined): ProfiledRound[] =>
      round
        ? [{ ...round, after: { ...round.after, works: round.after.works.filter(({ step }) => step !== 'high') } }]
        : [];
    const { functions } = codeChanges([...dropped(first), ...others], 4);
    expect(functions).toEqual([]);
  });

  it('is how much the profiler itself costs', () => {
    const after = with_(['net/http.(*conn).serve', 'net/http/pprof.Index', 'compress/gzip.(*Writer).Write'], 80);
    expect(told(base, after).functions).toEqual([]);
  });

  it('is told as the change that would have been named', () => {
    const { totals } = told(base, base);
    const cpu = totals.find(({ cost }) => cost === 'cpu');
    expect(cpu?.isShown).toBe(false);
    expect(cpu?.detectable).toBeGreaterThan(0.5);
    expect(cpu?.detectable).toBeLessThan(12);
  });
});

describe('pictures', () => {
  it('show where a change is shown, of each step and of all together', () => {
    const { flames } = told(base, with_([...serve, 'shop/pricing.Table', 'shop/pricing.discount'], 25));
    expect(flames.filter(({ cost }) => cost === 'cpu').map(({ step }) => step)).toEqual([undefined, 'low', 'high']);
    const [all] = flames;
    const changes = (all?.nodes ?? []).map(([depth, name, , , change]) => `${depth} ${all?.names[name]} ${change}`);
    expect(changes).toContain('3 shop/pricing.discount grown');
    expect(changes).toContain('2 shop/checkout.Encode same');
    const [root] = all?.nodes ?? [];
    expect(root?.[3]).toBeCloseTo(145, -1);
  });

  it('are the same as the difference for pprof, scaled to the requests of the second', () => {
    const rounds = profiledRounds(base, with_([...serve, 'shop/pricing.Table', 'shop/pricing.discount'], 25), 7, calm);
    const changes = codeChanges(rounds, 4);
    const first = firstDifference(changes);
    expect(first).toMatchObject({ service: 'shop', type: 'cpu', column: 'cpu' });
    const profile = codeDifference(rounds, 'shop', { type: 'cpu' });
    const row = profile && topTable(profile, 1).rows.find(({ name }) => name === 'shop/pricing.discount');
    expect((row?.flat ?? 0) / (8 * 60_000) / 1000).toBeCloseTo(25, -1);
    expect(codeDifference(rounds, 'shop', { type: 'mutex' })).toBeUndefined();
  });

  it('are of the steps that both arms have, and open where the change is told', () => {
    const rounds = profiledRounds(base, base, 5, calm).map((round) => ({
      ...round,
      after: { ...round.after, works: round.after.works.filter(({ step }) => step !== 'high') },
    }));
    const profile = codeDifference(rounds, 'shop', { type: 'heap', column: 'alloc_objects' });
    expect(profile?.defaultSampleType).toBe('alloc_objects');
    const whole = profiledRounds(base, base, 5, calm).flatMap(({ before }) =>
      before.works.filter(({ type, step }) => type === 'heap' && step === 'low').flatMap(({ profiles }) => profiles),
    );
    const low = whole.reduce(
      (sum, { samples }) => sum + samples.reduce((all, { values }) => all + Number(values[1] ?? 0n), 0),
      0,
    );
    const baseOf = (profile?.samples ?? []).filter(({ labels }) => labels.some(({ key }) => key === 'pprof::base'));
    expect(-baseOf.reduce((sum, { values }) => sum + Number(values[1] ?? 0n), 0)).toBeCloseTo(low, -5);
  });
});
