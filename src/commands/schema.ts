/** `rampart schema`: the published JSON Schemas of scenarios and of everything that rampart writes as JSON. */
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { writeText } from '../host/files.ts';
import { baselineSchema } from '../model/baseline.ts';
import { calibrationSchema } from '../model/calibration.ts';
import { capacitySchema } from '../model/capacity.ts';
import { collectStatusSchema } from '../model/collect-status.ts';
import { comparisonSchema } from '../model/comparison.ts';
import { exitCodes, usageError } from '../model/errors.ts';
import { gateSchema } from '../model/gate.ts';
import { inspectionSchema } from '../model/inspection.ts';
import { followedSchema } from '../model/inspection-changes.ts';
import { checksSchema } from '../model/machine-check.ts';
import { pgoSchema } from '../model/pgo.ts';
import { profileDiffSchema } from '../model/profile-diff.ts';
import { profileTopSchema } from '../model/profile-top.ts';
import { runDiffSchema } from '../model/run-diff.ts';
import { runResultSchema } from '../model/run-result.ts';
import { runListSchema, runSummarySchema } from '../model/run-summary.ts';
import { scenarioCheckSchema } from '../model/scenario-check.ts';
import { selfCheckSchema } from '../model/self-check.ts';
import { profileListSchema } from '../model/step-runtime.ts';
import { trendLineSchema, trendReportSchema } from '../model/trend.ts';
import { collectConfigSchema } from '../profiles/collect/config-schema.ts';
import { known } from '../registry.ts';
import { scenarioSchema } from '../scenario/schema.ts';
import type { Command, CommandArgs, CommandContext } from './command.ts';
import { written } from './written.ts';

/** By name; the file of each under docs/ is `<name>.schema.json`. */
const schemas = {
  scenario: () => scenarioSchema(known),
  result: () => runResultSchema,
  check: () => scenarioCheckSchema,
  comparison: () => comparisonSchema,
  gate: () => gateSchema,
  baseline: () => baselineSchema,
  'self-check': () => selfCheckSchema,
  capacity: () => capacitySchema,
  pgo: () => pgoSchema,
  runs: () => runListSchema,
  summary: () => runSummarySchema,
  diff: () => runDiffSchema,
  'trend-line': () => trendLineSchema,
  trend: () => trendReportSchema,
  calibration: () => calibrationSchema,
  doctor: () => checksSchema,
  profiles: () => profileListSchema,
  'profiles-top': () => profileTopSchema,
  'profiles-diff': () => profileDiffSchema,
  collect: () => collectConfigSchema,
  'collect-status': () => collectStatusSchema,
  inspection: () => inspectionSchema,
  'inspect-follow': () => followedSchema,
} as const;

/** One of them. */
type SchemaName = keyof typeof schemas;

/** Their names. */
export const schemaNames = Object.keys(schemas) as SchemaName[];

/** A JSON Schema as text with a newline at its end: of what a user writes as it is written, of the others as rampart writes them. */
export function schemaText(name: SchemaName): string {
  const io = name === 'scenario' || name === 'collect' ? 'input' : 'output';
  return `${JSON.stringify(z.toJSONSchema(schemas[name](), { io }), undefined, 2)}\n`;
}

export const schemaCommand: Command = {
  name: 'schema',
  positionals: '[which]',
  summary: 'Print the JSON Schema of scenarios, or of what rampart writes',
  examples: [
    ['rampart schema scenario > scenario.schema.json', 'for completion in an editor'],
    ['rampart schema result', 'what result.json promises to other tools'],
    ['rampart schema --out schemas', 'all of them as <name>.schema.json'],
  ],
  options: {
    which: { describe: 'Which schema', type: 'string', choices: schemaNames, positional: true },
    out: { describe: 'Write all of them, or the one that is named, into this directory', type: 'string', short: 'o' },
  },
  run: async (args, context) => {
    const which = schemaNames.find((each) => each === args.string('which'));
    if (args.string('out') !== undefined) await writeSchemas(which ? [which] : schemaNames, args, context);
    else if (which) context.print(schemaText(which));
    else
      throw usageError(
        'usage',
        `schema needs a name: ${schemaNames.join(', ')}`,
        'rampart schema --out DIR writes all of them.',
      );
    return exitCodes.ok;
  },
};

async function writeSchemas(names: readonly SchemaName[], args: CommandArgs, { cwd }: CommandContext): Promise<void> {
  const directory = resolve(cwd, args.string('out') ?? '');
  for (const name of names) {
    const path = join(directory, `${name}.schema.json`);
    await written(path, () => writeText(path, schemaText(name)));
  }
}
