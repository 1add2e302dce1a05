import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listCommand } from '../../../src/commands/profiles/list.ts';
import { profileListSchema } from '../../../src/model/step-runtime.ts';
import { argsOf, contextOf } from '../../helpers/command-context.ts';

const directory = join(import.meta.dirname, '..', '..', 'golden', 'run');

it('lists the profiles of a run as JSON, as its schema says', async () => {
  const { context, told } = contextOf({});
  await listCommand.run(argsOf({ inputs: [directory], json: true }), context);
  const list: unknown = JSON.parse(told.stdout);
  expect(profileListSchema.parse(list)).toEqual(list);
  expect(list).toContainEqual(expect.objectContaining({ type: 'cpu', outcome: 'ok', step: expect.any(String) }));
});
