/** Looks at the machine it runs on, and so at whatever Docker and Go there are. */
import { expect, it } from 'vitest';
import { doctorCommand } from '../../src/commands/doctor.ts';
import { checksSchema } from '../../src/model/machine-check.ts';
import { argsOf, contextOf } from '../helpers/command-context.ts';

it('prints every check as JSON, as its schema says', async () => {
  const { context, told } = contextOf(process.env);
  await doctorCommand.run(argsOf({ json: true }), context);
  const found: unknown = JSON.parse(told.stdout);
  expect(checksSchema.parse(found)).toEqual(found);
  expect(found).toMatchObject({ checks: expect.arrayContaining([expect.objectContaining({ name: 'node' })]) });
});
