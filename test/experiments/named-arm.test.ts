import { expect, it } from 'vitest';
import { namedArm } from '../../src/experiments/named-arm.ts';
import type { Scenario } from '../../src/model/scenario.ts';

const scenario = {
  target: { service: 'api', port: 8080 },
  topology: { engine: 'auto', compose: '/s/compose.yaml', overlays: ['/s/base.yaml'], scale: {}, env: {} },
  variants: { 'as-is': {}, old: { git: 'v1' } },
} as unknown as Scenario;

function arm(text: string, given = scenario) {
  const mistakes: string[] = [];
  const { overrides, ...rest } = namedArm('baseline', text, { scenario: given, cwd: '/here' }, mistakes);
  return { ...rest, set: overrides.map(({ path, value }) => [path.join('.'), value]), mistakes };
}

it.each([
  ['v1.4', { ref: 'v1.4', set: [] }],
  ['HEAD^{/image: smaller}', { ref: 'HEAD^{/image: smaller}', set: [] }],
  ['image:shop/api:1.4', { set: [['topology.images.api', 'shop/api:1.4']] }],
  [
    'image:localhost:5000/api@sha256:0a, db=shop/db:2',
    {
      set: [
        ['topology.images.api', 'localhost:5000/api@sha256:0a'],
        ['topology.images.db', 'shop/db:2'],
      ],
    },
  ],
  ['overlay:a.yaml,/b.yaml', { set: [['topology.overlays', ['/s/base.yaml', '/here/a.yaml', '/b.yaml']]] }],
  ['toolchain:go1.27.0', { set: [['topology.go.toolchain', 'go1.27.0']] }],
  ['experiment:nogreenteagc,jsonv2', { set: [['topology.go.experiment', 'nogreenteagc,jsonv2']] }],
  ['pgo:p/cpu.pb.gz', { set: [['topology.go.pgo', '/here/p/cpu.pb.gz']] }],
  ['pgo:off', { set: [['topology.go.pgo', 'off']] }],
  ['variant:as-is', { variant: 'as-is', ref: undefined, set: [] }],
  ['variant:old', { variant: 'old', ref: 'v1', set: [] }],
])('takes %s', (text, expected) => {
  expect(arm(text)).toEqual({ name: text, mistakes: [], ...expected });
});

it.each([
  ['image:', '--baseline must be a branch, tag or commit, image:api=shop/api:1.4, overlay:'],
  ['toolchain:', '--baseline must be a branch'],
  ['overlay:a.yaml,', '--baseline must be a branch'],
  ['variant:new', '--baseline variant:new names no variant of the scenario (variants: as-is, old)'],
])('refuses %s', (text, message) => {
  expect(arm(text).mistakes).toEqual([expect.stringContaining(message)]);
});

it('asks for the service where the load goes to none', () => {
  const { mistakes } = arm('image:x:1', { ...scenario, target: { socket: '/s' } });
  expect(mistakes).toEqual(['--baseline image:x:1 must say which service the image is for (example: image:api=x:1)']);
});
