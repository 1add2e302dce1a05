/** `rampart check`: scenarios read, and what each would do, without doing any of it. */
import { type ExitCode, exitCodes, messageOf, RampartError } from '../model/errors.ts';
import type { CheckedScenario, ScenarioCheck } from '../model/scenario-check.ts';
import { checkText } from '../report/terminal/check.ts';
import { asksNobody, openScenario, type ReadScenario, readScenario } from '../runs/read-scenario.ts';
import { checkedScenario } from '../runs/scenario-check.ts';
import type { Override } from '../scenario/load-scenario.ts';
import type { Command, CommandContext } from './command.ts';
import { jsonFlag, jsonText, outputFormat } from './output-format.ts';
import { overridesOf, scenarioFlags } from './scenario-flags.ts';

const { scenario: _, ...changes } = scenarioFlags;

export const checkCommand: Command = {
  name: 'check',
  positionals: '<scenarios..>',
  summary: 'Say what scenarios would do, or all that is wrong with them; starts nothing and sends nothing',
  examples: [
    ['rampart check rampart.yaml', 'plan, arrivals, duration, what would be started, and the resolved scenario'],
    ['rampart check scenarios/quickstart.yaml scenarios/leader-lost.yaml', 'several: exit 2 when one cannot be run'],
    ['rampart check rampart.yaml --set load.arrivals=poisson --json', 'for programs'],
  ],
  options: {
    scenarios: { describe: 'Scenario files', type: 'string', array: true, positional: true },
    ...changes,
    ...jsonFlag,
  },
  run: async (args, context) => {
    const overrides = overridesOf(args);
    const isJson = outputFormat(args) === 'json';
    const files = args.strings('scenarios');
    const scenarios: ScenarioCheck['scenarios'] = [];
    for (const file of files) {
      const found = await tried(file, overrides, context);
      scenarios.push('checked' in found ? found.checked : { file, isGood: false, mistakes: [...found.mistakes] });
      if ('mistakes' in found) context.complain(`rampart: ${found.mistakes.join('\n')}\n`);
      else if (!isJson)
        context.show(`${checkText(found.checked)}${files.length === 1 ? resolvedText(found.read) : ''}\n`);
    }
    if (isJson) context.print(jsonText(checkOf(scenarios)));
    return scenarios.every(({ isGood }) => isGood) ? exitCodes.ok : exitCodes.usage;
  },
};

type Found =
  | { readonly checked: CheckedScenario; readonly read: ReadScenario }
  | { readonly mistakes: readonly string[] };

async function tried(file: string, overrides: readonly Override[], context: CommandContext): Promise<Found> {
  try {
    const read = await readScenario(await openScenario(file, context), overrides, { ...context, lookup: asksNobody });
    return { read, checked: await checkedScenario(file, read, context) };
  } catch (error) {
    if (!(error instanceof RampartError) || context.signal.aborted) throw error;
    return { mistakes: messageOf(error).split('\n') };
  }
}

function checkOf(scenarios: ScenarioCheck['scenarios']): ScenarioCheck {
  return { schemaVersion: 1, kind: 'check', scenarios };
}

function resolvedText({ text }: ReadScenario): string {
  return `\nscenario, resolved:\n\n${text.replace(/^(?=.)/gm, '  ')}`;
}

/** Prints what one scenario would do, as `rampart run --dry-run`. */
export async function printChecked(
  file: string,
  read: ReadScenario,
  isJson: boolean,
  context: CommandContext,
): Promise<ExitCode> {
  const checked = await checkedScenario(file, read, context);
  if (isJson) context.print(jsonText(checkOf([checked])));
  else context.show(`${checkText(checked)}${resolvedText(read)}\n`);
  return exitCodes.ok;
}
