/** A generator's side of a session: plans come in, its workers send them, and all that they say goes back. */
import type { Duplex } from 'node:stream';
import type { MachineWatch, ownMemoryKills } from '../../host/machine-watch.ts';
import { messageOf } from '../../model/errors.ts';
import type { DialAddress, LoadMessage, LoadPlan } from '../../model/load.ts';
import { formatSizeBytes } from '../../model/units.ts';
import { createMoves, type OnMoved } from '../workers/moves.ts';
import { type GroupContext, messagesOfWorkers } from '../workers/worker-group.ts';
import type { Consent } from './consent.ts';
import { createLine, type Line } from './line.ts';
import type { CoordinatorSays, GeneratorHello, GeneratorSays } from './protocol.ts';

/** What a generator works with. */
export interface GeneratorHost {
  readonly hello: GeneratorHello;
  readonly version: string;
  readonly hrUs: () => number;
  readonly watchMachine: () => MachineWatch;
  /** See `ownMemoryKills`. */
  readonly memoryKills: typeof ownMemoryKills;
  /** What its owner lets it dial. */
  readonly consent: Consent;
  /** Throws when its machine cannot send such a load. */
  readonly checkMachine: (load: Pick<LoadPlan, 'maxConnections' | 'priority'>) => void;
}

/** How a session ended: the coordinator let it go, is gone, or is none that this generator works for. */
export interface SessionEnd {
  readonly why: 'released' | 'lost' | 'version';
  readonly message: string;
}

/** A coordinator says something every half second; one that is silent for so many of our looks, a second apart, is gone. */
const mostSilentLooks = 15;
const lookMs = 1000;

/** Works for whoever is at the other end of a sealed stream until they let it go; `signal` ends it at once. */
export function workFor(stream: Duplex, host: GeneratorHost, signal: AbortSignal): Promise<SessionEnd> {
  return new Promise((resolve) => new Session(stream, host, signal, resolve));
}

/** Tells a coordinator that this generator works for another one. */
export function turnAway(stream: Duplex, { hello }: Pick<GeneratorHost, 'hello'>): void {
  const line = createLine<GeneratorSays, CoordinatorSays>(stream, { heard: () => {}, closed: () => {} });
  line.say({ kind: 'refused', why: 'busy', message: `${hello.name} works for another run` });
  line.close();
}

/** What is under way in a session. */
interface Lot {
  readonly number: number;
  readonly abort: AbortController;
  readonly moves: { tell(addresses: readonly DialAddress[]): void; readonly listen: OnMoved };
  start(startUs: number): void;
}

class Session {
  private readonly host: GeneratorHost;
  private readonly killsBefore: ReturnType<typeof ownMemoryKills>;
  private readonly line: Line<GeneratorSays>;
  private readonly files = new Map<string, Uint8Array[]>();
  private end: SessionEnd | undefined;
  private lot: Lot | undefined;
  private work: Promise<void> = Promise.resolve();

  constructor(stream: Duplex, host: GeneratorHost, signal: AbortSignal, done: (end: SessionEnd) => void) {
    this.host = host;
    this.killsBefore = host.memoryKills();
    const stop = () => this.line.cut('this generator is stopped');
    const watch = this.watchSilence();
    this.line = createLine<GeneratorSays, CoordinatorSays>(stream, {
      heard: (message) => this.heard(message),
      closed: (why) => {
        clearInterval(watch);
        signal.removeEventListener('abort', stop);
        this.lot?.abort.abort();
        void this.work.finally(() => done(this.end ?? { why: 'lost', message: why }));
      },
    });
    this.line.say({ kind: 'hello', version: host.version, ...host.hello });
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  }

  private watchSilence(): NodeJS.Timeout {
    let [heard, silent] = [-1, 0];
    return setInterval(() => {
      silent = this.line.heardBytes === heard ? silent + 1 : 0;
      heard = this.line.heardBytes;
      if (silent >= mostSilentLooks) this.line.cut(`the coordinator said nothing for ${mostSilentLooks} s`);
    }, lookMs);
  }

  private heard(message: CoordinatorSays): void {
    const heardUs = this.host.hrUs();
    switch (message.kind) {
      case 'clock':
        this.line.say({ kind: 'clock', id: message.id, heardUs, saidUs: this.host.hrUs() });
        return;
      case 'hello':
        this.greeted(message.version);
        return;
      case 'file':
        this.files.set(message.path, [
          ...(message.isFirst ? [] : (this.files.get(message.path) ?? [])),
          Buffer.from(message.base64, 'base64'),
        ]);
        return;
      case 'plan':
        this.begin(message);
        return;
      case 'order':
        if (this.lot?.number !== message.lot) return;
        if (message.order.kind === 'abort') this.lot.abort.abort();
        else if (message.order.kind === 'start') this.lot.start(message.order.startUs);
        else this.lot.moves.tell(message.order.addresses);
        return;
      case 'bye':
        this.end ??= { why: 'released', message: 'the coordinator is done' };
        this.line.close();
    }
  }

  private greeted(version: string): void {
    if (version === this.host.version) return;
    const message = `the coordinator is rampart ${version}, this generator is ${this.host.version}: both must be of one version`;
    this.end ??= { why: 'version', message };
    this.line.say({ kind: 'refused', why: 'version', message });
    this.line.close();
  }

  /** Lots follow each other; one that is still under way is over for whoever asks for the next. */
  private begin({ lot, plan, parts }: Extract<CoordinatorSays, { kind: 'plan' }>): void {
    this.lot?.abort.abort();
    let start = (_startUs: number) => {};
    const startUs = new Promise<number>((resolve) => {
      start = resolve;
    });
    const own = { number: lot, abort: new AbortController(), moves: createMoves(), start };
    this.lot = own;
    const files = new Map([...this.files].map(([path, pieces]) => [path, Buffer.concat(pieces)]));
    this.work = this.work
      .then(() => this.carryOut(own, { ...plan, files }, parts, startUs))
      .catch(async (error: unknown) => this.line.say({ kind: 'failed', lot, error: await this.explained(error) }));
  }

  /** With what the kernel did to a worker, which had no time to say it. */
  private async explained(error: unknown): Promise<unknown> {
    const fields = fieldsOf(error);
    const { kills, limitBytes } = await this.host.memoryKills();
    if (kills <= (await this.killsBefore).kills) return fields;
    const limit = limitBytes === undefined ? '' : ` (its control group may use ${formatSizeBytes(limitBytes)})`;
    return { ...fields, message: `${fields.message}: the kernel killed a worker for want of memory${limit}` };
  }

  private async carryOut(
    { number: lot, abort, moves }: Lot,
    given: LoadPlan,
    parts: Extract<CoordinatorSays, { kind: 'plan' }>['parts'],
    startUs: Promise<number>,
  ): Promise<void> {
    if (abort.signal.aborted) return;
    const consented = await this.host.consent(given);
    const maxConnections = parts.reduce((sum, part) => sum + part.maxConnections, 0);
    this.host.checkMachine({ maxConnections, priority: given.priority });
    const plans = parts.map((part) => ({ ...given, ...part, consented }));
    const context: GroupContext = {
      signal: abort.signal,
      onMoved: (listener) => {
        moves.listen(listener);
        return () => moves.listen(() => {});
      },
      agreeOnStart: (earliestUs) => {
        this.line.say({ kind: 'ready', lot, earliestUs });
        return startUs;
      },
    };
    const watch = this.watchMachine(lot, given.originHrUs);
    try {
      const entry = new URL('../open/worker.js', import.meta.url);
      for await (const message of messagesOfWorkers(entry, plans, context)) await this.tell(lot, message);
    } finally {
      clearInterval(watch);
    }
  }

  private async tell(lot: number, message: LoadMessage): Promise<void> {
    this.line.say({ kind: 'said', lot, message });
    await this.line.drained();
  }

  private watchMachine(lot: number, originHrUs: number): NodeJS.Timeout {
    const watch = this.host.watchMachine();
    let sinceUs = this.host.hrUs();
    return setInterval(async () => {
      const use = await watch.take();
      const nowUs = this.host.hrUs();
      this.line.say({ kind: 'machine', lot, tick: { atUs: nowUs - originHrUs, lengthUs: nowUs - sinceUs, ...use } });
      sinceUs = nowUs;
    }, lookMs);
  }
}

/** An error as it goes to the other end, where it has no class. */
function fieldsOf(error: unknown): { readonly message: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  const { cause: _, ...fields } = { ...error, message: messageOf(error) };
  return fields;
}
