/** Programs that work in the networks of containers, one beside each that a fault of the network may be done to. */
import { dirname, join } from 'node:path';
import { runCommand } from '../../host/command.ts';
import { writeText } from '../../host/files.ts';
import { type ProcessGroup, startProcessGroup } from '../../host/process-group.ts';
import type { RunContext } from '../../model/contracts.ts';
import { environmentError, messageOf } from '../../model/errors.ts';
import type { NetworkMeans } from './inject.ts';
import { createOrderLine, type OrderLine } from './orders.ts';
import type { ProgramFault } from './program-faults.ts';

/** A container that a fault may be done to. */
export interface InsideTarget {
  readonly id: string;
  readonly containerId: string;
  /** Ports whose connections pass a proxy for the whole run. */
  readonly ports: readonly number[];
}

/** What an image of the program is made with. */
export interface ImageMeans {
  readonly program: string;
  readonly folder: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly context: RunContext;
}

/** What they are run with. */
export interface InsideMeans {
  /** See `makeReady`. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The addresses of a container by the id of its target. */
  addressesOf(id: string): Promise<readonly string[]>;
  idsOf: NetworkMeans['idsOf'];
  readonly context: RunContext;
}

/** What works in the networks of containers. */
export interface InsideNetworks extends NetworkMeans {
  /** Its container has another network now: what is in force is put in force there again. */
  moved(id: string): Promise<void>;
  /** What the user should know of proxies in the path. */
  readonly warnings: readonly string[];
  close(): Promise<void>;
}

interface Beside {
  readonly target: InsideTarget;
  readonly group: ProcessGroup;
  readonly orders: OrderLine;
}

const graceMs = 2000;

/** The image that they are run from, tried in a network of its own; environmentError where the engine or its kernel cannot. */
export async function makeReady(means: ImageMeans): Promise<string> {
  const image = await buildImage(means);
  const { group, orders } = await startBeside('a network of its own', 'none', { ...means, image });
  try {
    await orders.order({ do: 'inside', ports: [1] });
    await orders.order({ do: 'put', faults: tried.map((effect) => ({ name: 'try', to: '', ...effect })) });
  } finally {
    await group.stop(graceMs);
  }
  return image;
}

/** All that a kernel may not be able to do to packets and connections. */
const tried: readonly Partial<ProgramFault>[] = [
  { loss: 0.5 },
  { cut: 'reset' },
  { cut: 'blackhole', from: ['192.0.2.1'] },
];

/** Starts them beside containers that run; environmentError where one does not come up. */
export async function startInside(targets: readonly InsideTarget[], means: InsideMeans): Promise<InsideNetworks> {
  const { context } = means;
  const beside = new Map<string, Beside>();
  const inForce = new Map<string, readonly ProgramFault[]>();
  const start = async (target: InsideTarget) => {
    const one = await startBeside(target.id, `container:${target.containerId}`, means);
    beside.set(target.id, { ...one, target });
    await one.orders.order({ do: 'inside', ports: target.ports });
  };
  const put = async (faults: readonly ProgramFault[], only?: string) => {
    const named = await Promise.all(faults.map(async (fault) => ({ ...fault, ...(await partiesOf(fault, means)) })));
    const to = [...new Set(named.map((fault) => fault.to))].filter((id) => only === undefined || id === only);
    await Promise.all(
      to.map(async (id) => {
        const own = named.filter((fault) => fault.to === id).map((fault) => ({ ...fault, to: '' }));
        const there = beside.get(id);
        if (!there) throw environmentError('fault-failed', `nothing was made ready beside ${id}`);
        await there.orders.order({ do: 'put', faults: own });
      }),
    );
  };
  const close = async () => {
    await Promise.all([...beside.values()].map(({ group }) => group.stop(graceMs)));
  };
  try {
    await Promise.all(targets.map(start));
  } catch (error) {
    await close();
    throw error;
  }
  let count = 0;
  const lift = async (name: string) => {
    const ids = new Set(inForce.get(name)?.map(({ to }) => to));
    inForce.delete(name);
    await Promise.all([...ids].map((id) => beside.get(id)?.orders.order({ do: 'lift', name })));
  };
  return {
    idsOf: means.idsOf,
    nextName: () => `fault-${++count}`,
    lift,
    async put(faults) {
      const name = faults[0]?.name ?? '';
      inForce.set(name, faults);
      try {
        await put(faults);
      } catch (error) {
        await lift(name).catch(() => undefined);
        throw error;
      }
    },
    async moved(id) {
      const before = beside.get(id);
      if (!before) return;
      await before.group.stop(graceMs);
      try {
        await start(before.target);
        for (const faults of inForce.values()) await put(faults, id);
      } catch (error) {
        context.log.warn(`faults of the network before ${id} ended when it was started again: ${messageOf(error)}`);
      }
    },
    warnings: targets.flatMap(({ id, ports }) =>
      ports.length === 0
        ? []
        : [
            `TCP connections to ${id} port ${ports.join(', ')} pass a proxy of rampart for the whole run, so that faults of the network can be put in force; those that were open before load were closed once`,
          ],
    ),
    close,
  };
}

async function partiesOf({ from }: ProgramFault, { addressesOf }: InsideMeans): Promise<Partial<ProgramFault>> {
  if (from === undefined) return {};
  return { from: (await Promise.all(from.map(addressesOf))).flat() };
}

async function buildImage({ program, folder, labels, context: { env, signal, runId } }: ImageMeans): Promise<string> {
  const file = join(folder, 'network.dockerfile');
  const name = program.slice(dirname(program).length + 1);
  await writeText(file, `FROM scratch\nCOPY ${JSON.stringify([name, '/network'])}\nENTRYPOINT ["/network"]\n`);
  const image = `rampart-network-${runId.toLowerCase().replace(/[^a-z0-9_-]/g, '-')}`;
  const args = ['build', '--quiet', '--network', 'none', '--tag', image, ...labelArgs(labels), '--file', file];
  const { code, output } = await runCommand('docker', [...args, dirname(program)], { env, signal });
  if (code === 0) return image;
  throw environmentError('fault-failed', `what puts faults of the network in force cannot be made an image: ${output}`);
}

function labelArgs(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
}

async function startBeside(
  name: string,
  network: string,
  { image, labels, context }: Pick<InsideMeans, 'image' | 'labels' | 'context'>,
): Promise<Omit<Beside, 'target'>> {
  const limits = ['--memory', '128m', '--read-only', '--cap-drop', 'ALL', '--cap-add', 'NET_ADMIN'];
  const place = ['--network', network, '--log-driver', 'none'];
  const env = Object.fromEntries(
    Object.entries(context.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const group = await startProcessGroup({
    command: 'docker',
    args: ['run', '--rm', '--interactive', ...limits, ...place, ...labelArgs(labels), image],
    cwd: '/',
    env,
    isTold: true,
    onLine: (_, line) => orders.heard(line),
  });
  const orders = createOrderLine(group.tell, (note) => context.log.warn(`${name}: ${note}`));
  void group.exited.then(({ code }) => orders.ended(`what works in the network of ${name} has ended (code ${code})`));
  return { group, orders };
}
