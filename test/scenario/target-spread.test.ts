/** `target.spread`, and where it would do nothing. */
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { known } from '../../src/registry.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';

function load(target: object, mode = 'open') {
  const steps = [mode === 'open' ? { rate: '50/s', for: '1s' } : { for: '1s' }];
  const text = stringify({ name: 'spread', topology: { compose: 'c.yaml' }, target, load: { mode, steps } });
  return loadScenario({ file: 's.yaml', text, overrides: [], known }).scenario.target;
}

const service = { service: 'api', port: 80 };

it('is part of a target that is a service', () => {
  expect(load({ ...service, spread: true })).toEqual({ ...service, spread: true });
  expect(load({ ...service, spread: false })).toEqual(service);
});

it('is refused where there are no replicas to go to in turn', () => {
  expect(() => load({ url: 'http://127.0.0.1:1/', spread: true })).toThrow(/target.spread needs service and port/);
  expect(() => load({ ...service, spread: true }, 'closed')).toThrow(/target.spread is for the open loop/);
  expect(() => load({ ...service, spread: 3 })).toThrow(/must be true or false, got 3/);
});
