/** Whether images that compile by themselves heeded the Go settings that they were told. */
import { usageError } from '../../model/errors.ts';
import type { GoProgram } from '../../model/go-program.ts';
import type { Target } from '../../model/topology.ts';
import { goSettingsText, unshownSettings } from '../go-build/go-settings.ts';
import type { PreparedProject } from './prepare.ts';

/** Usage error where what an image compiled is not what its settings ask for; a warning where nobody can look. */
export function checkInside(
  targets: readonly Target[],
  inside: PreparedProject['inside'],
  programs: ReadonlyMap<string, GoProgram>,
): string[] {
  const told = [...inside].map(([service, settings]) => {
    const of = targets.filter((target) => target.service === service).map(({ id }) => programs.get(id));
    const { version, settings: shown = {} } = of.find((program) => program?.version !== undefined) ?? {};
    if (version === undefined)
      return {
        unchecked: [`${service}: whether its image was built with ${goSettingsText(settings)} cannot be seen`],
        wrong: [],
      };
    const wrong = unshownSettings(settings, { goVersion: version, settings: shown });
    return { unchecked: [], wrong: wrong.map((why) => `service ${service}: go.${why}`) };
  });
  const wrong = told.flatMap((each) => each.wrong);
  if (wrong.length > 0)
    throw usageError(
      'go-settings',
      wrong.join('\n'),
      'its image was given build arguments; its go build does not heed them',
    );
  return told.flatMap(({ unchecked }) => unchecked);
}
