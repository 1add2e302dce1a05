/** `rampart schema`: the published JSON Schemas of scenarios, results, comparisons and gates. */
import { z } from 'zod';
import { comparisonSchema } from '../model/comparison.ts';
import { exitCodes } from '../model/errors.ts';
import { gateSchema } from '../model/gate.ts';
import { runResultSchema } from '../model/run-result.ts';
import { samplers } from '../registry.ts';
import { scenarioSchema } from '../scenario/schema.ts';
import type { Command } from './context.ts';

const schemas = ['scenario', 'result', 'comparison', 'gate'] as const;

/** The JSON Schema of scenario files, of `result.json`, `comparison.json` or `gate.json`, as text with a newline at its end. */
export function schemaText(which: (typeof schemas)[number]): string {
  const schema = {
    scenario: scenarioSchema(samplers),
    result: runResultSchema,
    comparison: comparisonSchema,
    gate: gateSchema,
  }[which];
  return `${JSON.stringify(z.toJSONSchema(schema, { io: which === 'scenario' ? 'input' : 'output' }), undefined, 2)}\n`;
}

export const schemaCommand: Command = {
  name: 'schema',
  positionals: '<which>',
  summary: 'Print the JSON Schema of scenarios, results, comparisons or gates',
  examples: [
    ['rampart schema scenario > scenario.schema.json', 'for completion in an editor'],
    ['rampart schema result', 'what result.json promises to other tools'],
  ],
  options: { which: { describe: 'Which schema', type: 'string', choices: schemas, positional: true } },
  run: async (args, { print }) => {
    print(schemaText(schemas.find((each) => each === args.string('which')) ?? 'scenario'));
    return exitCodes.ok;
  },
};
