import { expect, it } from 'vitest';
import { overridesOf } from '../../src/commands/scenario-flags.ts';
import { argsOf } from '../helpers/command-context.ts';

it('finds a service whose name has dots, as Compose allows it, by --env as by --scale', () => {
  const found = overridesOf(argsOf({ scale: ['api.v2=3'], env: ['api.v2.PEERS=a.b=1,c.d=2'] }));
  expect(found.map(({ path, value }) => [path, value])).toEqual([
    [['topology', 'scale', 'api.v2'], 3],
    [['topology', 'env', 'api.v2', 'PEERS'], 'a.b=1,c.d=2'],
  ]);
});

it.each(['env', 'set'])('does not tell what stands behind the = of a --%s that cannot be read', (flag) => {
  const read = () => overridesOf(argsOf({ [flag]: ['API TOKEN=hunter2=hunter2'] }));
  expect(read).toThrow(`--${flag} must have the form`);
  expect(read).toThrow('got "API TOKEN=…"');
  expect(read).not.toThrow('hunter2');
});
