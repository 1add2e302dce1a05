/** One load over a fleet of generators: shared out, started at one instant, merged as the workers of one machine are, with what is known of each. */

import { isLoopback } from '../../host/loopback.ts';
import type { LoadContext } from '../../model/contracts.ts';
import { environmentError, messageOf } from '../../model/errors.ts';
import type { LoadBins, LoadMessage, LoadPlan, LoadWindow } from '../../model/load.ts';
import { openRecordedLoad } from '../schedule/recorded-load.ts';
import type { WorkerAnswer } from '../workers/messages.ts';
import { messagesOf, type StartWorker } from '../workers/worker-group.ts';
import type { ClockOffset } from './clock-offset.ts';
import { lostShare } from './lost-share.ts';
import { readPlanFiles } from './plan-files.ts';
import type { WorkerPart } from './protocol.ts';
import type { RemoteGenerator } from './remote-generator.ts';
import { partsOf } from './share-out.ts';
import { createToldArrivals, type ToldArrivals } from './told-arrivals.ts';

/** An order to start needs so long, beside its way. */
const orderUs = 20_000;

/** A fleet, and the place of this machine in the network. */
export interface FleetParts {
  readonly generators: readonly RemoteGenerator[];
  readonly network: string;
}

/** One generator in one load. */
interface Member {
  readonly index: number;
  readonly generator: RemoteGenerator;
  readonly clock: ClockOffset;
  readonly parts: readonly WorkerPart[];
  readonly told: ToldArrivals;
  /** Whether it is on another machine than the coordinator. */
  readonly isElsewhere: boolean;
  firstLagUs: number | undefined;
}

/** The messages of one lot of steps, up to `end`; rejects as `messagesOf` does, with what is known of the arrivals of who was lost before. */
export async function* messagesOfFleet(
  { generators, network }: FleetParts,
  lot: number,
  given: LoadPlan,
  context: LoadContext,
): AsyncGenerator<LoadMessage> {
  const { signal, onMoved, clock } = context;
  refuseLoopback(generators, network, given);
  const files = await readPlanFiles(given);
  await Promise.all(generators.map((generator) => generator.sendFiles(files)));
  const clocks = await Promise.all(generators.map((generator) => generator.measureClock()));
  const plan = { ...given, ...latestStart(given, clock.nowUs()) };
  const parts = partsOf(plan, generators.map(coresOf));
  const members = generators.map(
    (generator, index): Member => ({
      index,
      generator,
      clock: clocks[index] ?? { offsetUs: 0, uncertaintyUs: 0 },
      parts: parts[index] ?? [],
      told: createToldArrivals(),
      isElsewhere: machineOf(generator.hello?.network) !== machineOf(network),
      firstLagUs: undefined,
    }),
  );
  tellFacts(members, context);
  let startUs: number | undefined;
  let lostAtUs: number | undefined;
  const start: StartWorker = (index, own, events) => {
    const member = members[index] as Member;
    const lost = () => {
      lostAtUs ??= clock.nowUs();
    };
    return member.generator.work(
      {
        lot,
        plan: own,
        parts: member.parts,
        offsetUs: member.clock.offsetUs,
        onMachine: (tick) => context.onGenerator?.({ kind: 'generator-machine', generator: index, ...tick }),
      },
      {
        said: (answer) => events.said(heardFrom(member, answer, { plan, context })),
        failed: (error) => {
          lost();
          events.failed(error);
        },
        exited: events.exited,
      },
    );
  };
  const agreeOnStart = async (earliestUs: number) => {
    startUs = earliestUs;
    return earliestUs;
  };
  try {
    yield* messagesOf(
      start,
      generators.map(() => plan),
      { signal, ...(onMoved ? { onMoved } : {}), agreeOnStart },
    );
  } catch (error) {
    const lost = members.filter(({ generator }) => generator.lost);
    const told = lost.find(({ generator }) => generator.lost?.message === messageOf(error));
    await Promise.all(lost.map(({ generator }) => generator.explainLoss()));
    yield* await lostShares(members, plan, { startUs, untilUs: lostAtUs ?? clock.nowUs(), context });
    throw told?.generator.lost ?? error;
  } finally {
    await tellEnd(members, context);
  }
}

/** A generator elsewhere would send what is for this machine to itself. */
function refuseLoopback(
  generators: readonly RemoteGenerator[],
  network: string,
  { host, addresses = [] }: LoadPlan,
): void {
  const local = (addresses.length > 0 ? addresses.map((each) => each.host) : [host]).find(isLoopback);
  const elsewhere = generators.find(({ hello }) => hello?.network !== network);
  if (local === undefined || !elsewhere) return;
  throw environmentError(
    'generator-loopback',
    `the load goes to ${local}, and generator ${elsewhere.name} is on another machine, where that is itself`,
    'Give the target an address that all generators reach, or run the generators on this machine.',
  );
}

/** The part of a network's mark that names its machine. */
function machineOf(network = ''): string {
  return network.split('/')[0] ?? '';
}

/** The cores that a generator may use. */
export function coresOf({ hello }: RemoteGenerator): number {
  const cpus = hello?.machine.cpus ?? 1;
  return Math.max(1, Math.min(cpus, Math.ceil(hello?.cpuLimit ?? cpus)));
}

/** A plan that took long to be handed over starts later. */
function latestStart({ startUs }: LoadPlan, nowUs: number): Pick<LoadPlan, 'startUs'> {
  return { startUs: Math.max(startUs, nowUs + orderUs) };
}

/** What a generator says, as a worker of the load would. */
function heardFrom(
  member: Member,
  answer: WorkerAnswer,
  { plan, context }: { readonly plan: LoadPlan; readonly context: LoadContext },
): WorkerAnswer {
  const { index, clock, told } = member;
  switch (answer.kind) {
    case 'ready': {
      const inTimeUs = context.clock.nowUs() + orderUs + 4 * clock.uncertaintyUs;
      return inTimeUs > plan.startUs ? { ...answer, earliestUs: Math.max(answer.earliestUs, inTimeUs) } : answer;
    }
    case 'window':
      told.take(answer);
      return { ...answer, generator: index };
    case 'bins':
      told.take(answer);
      return answer;
    case 'exchanges':
      return { ...answer, generator: index };
    case 'tick':
      context.onGenerator?.({ kind: 'generator-tick', atUs: answer.atUs, generator: index, tick: answer });
      return answer;
    case 'end':
      member.firstLagUs = answer.firstLagUs;
      return answer;
    default:
      return answer;
  }
}

interface Loss {
  /** Undefined where not all were ready to start, and nothing was due. */
  readonly startUs: number | undefined;
  readonly untilUs: number;
  readonly context: LoadContext;
}

/** Windows and bins for what nobody knows; nothing where it never began. */
async function lostShares(
  members: readonly Member[],
  plan: LoadPlan,
  { startUs, untilUs, context }: Loss,
): Promise<(LoadWindow | LoadBins)[]> {
  const recorded = await openRecordedLoad(plan);
  const { steps, arrivals, seed } = plan;
  const schedule = { steps, arrivals, seed, startUs: startUs ?? plan.startUs, recordedUs: recorded?.dueUs };
  return members.flatMap((member) => {
    const { index, generator, parts, told } = member;
    if (!generator.lost) return [];
    const shares = startUs === undefined ? [] : parts.map(({ share }) => share);
    const { windows, bins } = lostShare({ schedule, plan, recorded: recorded?.requests }, shares, told, untilUs);
    context.onGenerator?.({
      ...factsOf(member, context),
      lostArrivals: windows.reduce((sum, each) => sum + each.unfinished, 0),
    });
    return [...windows.map((window) => ({ ...window, generator: index })), ...bins];
  });
}

function factsOf({ index, generator, clock, parts, firstLagUs, isElsewhere }: Member, context: LoadContext) {
  const { lost, hello } = generator;
  const placement = generator.place?.placement?.();
  const machine = hello?.machine ?? { os: '', cpuModel: '', cpus: 0, memoryBytes: 0, node: '' };
  return {
    kind: 'generator',
    atUs: context.clock.nowUs(),
    generator: index,
    name: generator.name,
    machine,
    ...(hello?.cpuLimit === undefined ? {} : { cpuLimit: hello.cpuLimit }),
    ...(placement ? { placement } : {}),
    workers: parts.length,
    ...(isElsewhere ? { isElsewhere } : {}),
    ...clock,
    ...(firstLagUs === undefined ? {} : { firstArrivalSkewUs: firstLagUs }),
    ...(lost ? { lost: lost.message } : {}),
  } as const;
}

function tellFacts(members: readonly Member[], context: LoadContext): void {
  for (const member of members) context.onGenerator?.(factsOf(member, context));
}

/** With the clocks, and what shares their nodes, once more; of who was lost all is told. */
async function tellEnd(members: readonly Member[], context: LoadContext): Promise<void> {
  await Promise.all(
    members.map(async (member) => {
      if (member.generator.lost) return;
      const [after] = await Promise.all([member.generator.measureClock(), member.generator.place?.lookAgain?.()]);
      if (!after) return;
      const driftUs = after.offsetUs - member.clock.offsetUs;
      const uncertaintyUs = Math.max(member.clock.uncertaintyUs, after.uncertaintyUs);
      context.onGenerator?.({ ...factsOf(member, context), uncertaintyUs, driftUs });
    }),
  );
}
