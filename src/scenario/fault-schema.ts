/** `faults:` of a scenario: what is to be done to the system while load goes on, and when. */
import { z } from 'zod';
import { type FaultAction, type FaultSpec, faultTargetsOf, faultTargetText } from '../model/fault.ts';
import { actions, command } from './fault-actions.ts';
import { duration, pause, refusal, text } from './values.ts';

const kinds = Object.keys(actions) as (keyof typeof actions)[];

const faultInput = z.strictObject({
  name: text('a name', 'leader-lost')
    .regex(/^[A-Za-z0-9][\w.#=-]{0,59}$/, {
      error: (issue) => refusal('made of up to 60 letters, digits, dots and dashes', issue.input, 'leader-lost'),
    })
    .optional(),
  at: pause.meta({ description: 'From the start of the first step' }),
  for: duration
    .optional()
    .meta({ description: 'After so long it is taken back; without for and until never in this run' }),
  until: text('recovered or a condition', 'recovered').optional().meta({
    description:
      'It is taken back when response times, errors and throughput are as before (recovered), or when a condition holds',
  }),
  kill: actions.kill.optional(),
  pause: actions.pause.optional(),
  restart: actions.restart.optional(),
  scale: actions.scale.optional(),
  cpu: actions.cpu.optional(),
  memory: actions.memory.optional(),
  network: actions.network.optional(),
  partition: actions.partition.optional(),
  slow: actions.slow.optional(),
  error: actions.error.optional(),
  http: actions.http.optional().meta({
    description: 'A request to each of these replicas; it is done when all have answered 200 to 299',
  }),
  run: actions.run.optional(),
  undo: command.optional().meta({ description: 'The command that takes back what run did' }),
});

const fault = faultInput.transform(
  (given, context): Omit<FaultSpec, 'name'> & { readonly name?: string | undefined } => {
    const wrong = (key: string | undefined, message: string) =>
      context.issues.push({ code: 'custom', input: given, path: key === undefined ? [] : [key], message });
    const { name, at, for: forMs, until, run, undo } = given;
    const asked = kinds.filter((kind) => given[kind] !== undefined);
    const [kind] = asked;
    if (kind === undefined || asked.length > 1) {
      const got = asked.length === 0 ? 'none' : asked.join(' and ');
      wrong(
        undefined,
        `must do one thing, ${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}, got ${got} (example: { at: 10s, for: 5s, kill: api#2 })`,
      );
      return z.NEVER;
    }
    if (forMs !== undefined && until !== undefined) wrong('until', 'must not be given beside for: one of them ends it');
    if (kind === 'restart' && (forMs ?? until) !== undefined)
      wrong(
        until === undefined ? 'for' : 'until',
        'is of no use with restart, which is over when it is ready again; use kill to keep it down',
      );
    for (const [key, message] of wayBackMistakes(given)) wrong(key, message);
    const action =
      run === undefined
        ? (given[kind] as FaultAction)
        : { kind: 'run' as const, command: run, ...(undo ? { undo } : {}) };
    return { name, atMs: at, forMs, until, action };
  },
);

/** What is wrong with how a command or a request is to be taken back. */
function wayBackMistakes({ for: forMs, until, run, http, undo }: z.output<typeof faultInput>): [string, string][] {
  const mistakes: [string, string][] = [];
  const hasEnd = (forMs ?? until) !== undefined;
  if (undo !== undefined && run === undefined) mistakes.push(['undo', 'is of no use without run']);
  if (run !== undefined && undo === undefined && hasEnd)
    mistakes.push([
      'undo',
      'is missing: which command takes it back when the fault ends? (example: undo: [systemctl, start, api])',
    ]);
  if (http?.kind === 'http' && http.undo === undefined && hasEnd)
    mistakes.push([
      'http',
      'needs undo: which request takes it back when the fault ends? (example: undo: { body: "5" })',
    ]);
  return mistakes;
}

/** Faults in the order of the file, each with a name; those without one are called after what they do. */
export const faultsSchema = z
  .array(fault, { error: (issue) => refusal('a list of faults', issue.input, '- { at: 10s, for: 5s, kill: api#2 }') })
  .transform((given): FaultSpec[] => {
    const taken = new Set(given.flatMap(({ name }) => (name === undefined ? [] : [name])));
    return given.map((each) => ({ ...each, name: each.name ?? freeName(usualName(each.action), taken) }));
  });

/** The names of faults as they are written; undefined where something is wrong with them. */
export function faultNames(written: unknown): readonly string[] | undefined {
  const read = faultsSchema.safeParse(written);
  return read.success ? read.data.map(({ name }) => name) : undefined;
}

/** Such as `kill-api#2`. */
function usualName(action: FaultAction): string {
  const of = faultTargetsOf(action).map(faultTargetText);
  const what = action.kind === 'run' ? (action.command[0] ?? '').replace(/.*\//, '') : of.join('-');
  return [action.kind, what]
    .join('-')
    .replace(/[^\w.#=-]+/g, '-')
    .slice(0, 50);
}

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${name}-${count}`;
  taken.add(free);
  return free;
}
