import { expect, it } from 'vitest';
import { compareCommand } from '../../../src/commands/compare/compare.ts';
import { argsOf, contextOf } from '../../helpers/command-context.ts';

it('refuses two forms of its result with all other mistakes, before it reads or builds anything', async () => {
  const { context } = contextOf({}, '/nowhere');
  const flags = { scenario: 'none.yaml', json: true, format: 'html', vary: ['nothing'] };
  await expect(compareCommand.run(argsOf(flags), context)).rejects.toMatchObject({
    code: 'flag-invalid',
    message: expect.stringMatching(/--json and --format html exclude each other[\s\S]*--vary/),
  });
});
