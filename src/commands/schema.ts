/** `rampart schema`: the published JSON Schemas of scenarios and of the files that rampart writes. */
import { z } from 'zod';
import { baselineSchema } from '../model/baseline.ts';
import { comparisonSchema } from '../model/comparison.ts';
import { exitCodes } from '../model/errors.ts';
import { gateSchema } from '../model/gate.ts';
import { runResultSchema } from '../model/run-result.ts';
import { selfCheckSchema } from '../model/self-check.ts';
import { known } from '../registry.ts';
import { scenarioSchema } from '../scenario/schema.ts';
import type { Command } from './command.ts';

const schemas = ['scenario', 'result', 'comparison', 'gate', 'baseline', 'self-check'] as const;

/** The JSON Schema of scenario files, or of one of the JSON files that rampart writes, as text with a newline at its end. */
export function schemaText(which: (typeof schemas)[number]): string {
  const schema = {
    scenario: scenarioSchema(known),
    result: runResultSchema,
    comparison: comparisonSchema,
    gate: gateSchema,
    baseline: baselineSchema,
    'self-check': selfCheckSchema,
  }[which];
  return `${JSON.stringify(z.toJSONSchema(schema, { io: which === 'scenario' ? 'input' : 'output' }), undefined, 2)}\n`;
}

export const schemaCommand: Command = {
  name: 'schema',
  positionals: '<which>',
  summary: 'Print the JSON Schema of scenarios, or of a file that rampart writes',
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
