import { afterAll, beforeAll, expect, test } from 'vitest';
import { addLabels } from '../../../src/goruntime/profile/labels.ts';
import { mergeProfiles } from '../../../src/goruntime/profile/merge.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import { type ProfileFolder, takeProfiles } from './go-pprof.ts';
import { profileOf, sampleOf } from './made-profile.ts';

let folder: ProfileFolder;
beforeAll(async () => {
  folder = await takeProfiles();
}, 180_000);
afterAll(() => folder.remove());

test.each(['cpu', 'heap', 'mutex', 'block', 'goroutine'])(
  'go tool pprof splits a merged %s profile by the labels that we added',
  async (kind) => {
    const steps = await Promise.all(
      ['1', '2'].map(async (step) =>
        addLabels(decodeProfile(await folder.bytes(`${kind}-${step}.pb.gz`)), {
          step: `step=${step}`,
          rps: `rps=${step}00`,
          target: 'loadbalancer-1',
          GOMAXPROCS: 'GOMAXPROCS=2',
        }),
      ),
    );
    const file = await folder.write('labelled.pb', mergeProfiles(steps));
    const column = steps[0]!.sampleTypes.length - 1;
    const totals = steps.map(({ samples }) => samples.reduce((sum, { values }) => sum + values[column]!, 0n));
    const top = await folder.pprof('-top', '-tagroot=step', '-nodefraction=0', '-unit=ns', file);
    const cumOf = (name: string) => new RegExp(`^ +0 +0% +[\\d.]+% +(\\d+)[^\\d ]* .* ${name}$`, 'm').exec(top)?.[1];
    expect([cumOf('step=1'), cumOf('step=2')]).toEqual(totals.map(String));
    const tags = await folder.pprof('-tags', file);
    for (const text of ['rps: Total', 'rps=200', 'loadbalancer-1', 'GOMAXPROCS=2']) expect(tags).toContain(text);
  },
  180_000,
);

test('a label of the application with the same key stays; every other sample gets ours', () => {
  const own = { key: 'step', text: 'checkout' };
  const labelled = addLabels(profileOf([sampleOf(['f'], [1n, 1n], [own]), sampleOf(['g'], [1n, 1n])]), {
    step: 'step=1',
  });
  expect(labelled.samples.map(({ labels }) => labels)).toEqual([[own], [{ key: 'step', text: 'step=1' }]]);
});

test('labels are kept in one order, so that samples which have the same ones are one sample in a merge', () => {
  const a = addLabels(profileOf([sampleOf(['f'], [1n, 1n], [{ key: 'bytes', number: 8n, unit: '' }])]), {
    b: '1',
    a: '2',
  });
  const b = addLabels(profileOf([sampleOf(['f'], [1n, 1n], [{ key: 'bytes', number: 8n, unit: '' }])]), {
    a: '2',
    b: '1',
  });
  expect(mergeProfiles([a, b]).samples).toHaveLength(1);
});

test.each([
  ['pprof::base', 'true'],
  ['', 'x'],
  ['step', ''],
])('%j=%j is refused as a label', (key, text) => {
  expect(() => addLabels(profileOf([]), { [key]: text })).toThrow('no label for a sample');
});
