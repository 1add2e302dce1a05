/** `rampart schema`: the published JSON Schemas of scenarios and results. */
import { z } from 'zod';
import { exitCodes } from '../model/errors.ts';
import { runResultSchema } from '../model/run-result.ts';
import { samplers } from '../registry.ts';
import { scenarioSchema } from '../scenario/schema.ts';
import type { Command } from './context.ts';

/** The JSON Schema of scenario files or of `result.json`, as text with a newline at its end. */
export function schemaText(which: 'scenario' | 'result'): string {
  const schema = which === 'scenario' ? scenarioSchema(samplers) : runResultSchema;
  return `${JSON.stringify(z.toJSONSchema(schema, { io: which === 'scenario' ? 'input' : 'output' }), undefined, 2)}\n`;
}

export const schemaCommand: Command = {
  name: 'schema',
  positionals: '<which>',
  summary: 'Print the JSON Schema of scenarios or of results',
  examples: [
    ['rampart schema scenario > scenario.schema.json', 'for completion in an editor'],
    ['rampart schema result', 'what result.json promises to other tools'],
  ],
  options: { which: { describe: 'Which schema', type: 'string', choices: ['scenario', 'result'], positional: true } },
  run: async (args, { print }) => {
    print(schemaText(args.string('which') === 'result' ? 'result' : 'scenario'));
    return exitCodes.ok;
  },
};
