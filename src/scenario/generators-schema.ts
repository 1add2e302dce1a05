/** The `load.generators:` block: how the generators of a load are found. */
import { z } from 'zod';
import { parseHostPort } from '../host/host-port.ts';
import type { GeneratorsSpec } from '../model/generators-spec.ts';
import { podFields, podKeys, podsSpec } from './generator-pods-schema.ts';
import { duration, refusal, text, whole } from './values.ts';

/** The start of each at one instant and the merge of what they tell are for so many. */
const mostGenerators = 1000;

const place = (isListening: boolean) =>
  text('HOST:PORT', '10.0.0.7:7070').refine(
    (given) => {
      const parsed = parseHostPort(given);
      return parsed !== undefined && (isListening || parsed.port > 0);
    },
    { error: (issue) => refusal('HOST:PORT', issue.input, '10.0.0.7:7070') },
  );

/** Of a scenario: `join` and `listen`, or `addresses`. */
export const generatorsSchema = z
  .strictObject({
    join: whole(1, mostGenerators, '4').optional().meta({
      description: 'So many generators call here: rampart generator --join HOST:PORT',
    }),
    listen: place(true).optional().meta({ description: 'Where they call; 127.0.0.1:7070 without it' }),
    addresses: z
      .array(place(false), { error: (issue) => refusal('a list of HOST:PORT', issue.input, '[10.0.0.7:7070]') })
      .min(1, { error: 'must name at least one generator (example: [10.0.0.7:7070])' })
      .max(mostGenerators, { error: `must be at most ${mostGenerators} generators` })
      .optional()
      .meta({ description: 'Generators that are called: rampart generator --listen HOST:PORT' }),
    ...podFields,
    within: duration.prefault('60s').meta({ description: 'How long all of them may take to be there' }),
  })
  .transform((input, context): GeneratorsSpec => {
    const { join, listen, addresses, pods, within: withinMs } = input;
    const wrong = (path: string[], message: string) =>
      context.issues.push({ code: 'custom', input: addresses, path, message });
    if (listen !== undefined && join === undefined) wrong(['listen'], 'goes with join: how many generators call?');
    const twice = addresses?.find((each, index) => addresses.indexOf(each) !== index);
    if (twice !== undefined) wrong(['addresses'], `must be of one generator each, but ${twice} is named twice`);
    const given = Object.entries({ join, addresses, pods }).filter(([, value]) => value !== undefined);
    if (given.length !== 1) {
      wrong([], 'must have one of join, addresses and pods (example: { addresses: [10.0.0.7:7070] })');
      return z.NEVER;
    }
    if (pods === undefined)
      for (const key of podKeys)
        if (input[key as keyof typeof input] !== undefined) wrong([key], 'goes with pods: how many send the load?');
    if (join !== undefined) return { kind: 'join', count: join, listen: listen ?? '127.0.0.1:7070', withinMs };
    if (addresses !== undefined) return { kind: 'addresses', addresses, withinMs };
    if (input.image === undefined)
      wrong(['image'], 'is missing: what do the pods run? (example: image: registry.example/rampart:0.2.0)');
    return { kind: 'pods', ...podsSpec(pods ?? 1, input.image ?? '', input, withinMs) };
  });
