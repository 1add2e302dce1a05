/** A generator as its coordinator sees it: who it is, how its clock stands to ours, and the load that it carries out. */
import type { Duplex } from 'node:stream';
import type { WorkerProcess, WorkerProcessEvents } from '../../host/worker-process.ts';
import { environmentError, incompleteError, type RampartError, retold } from '../../model/errors.ts';
import type { GeneratorPlacement } from '../../model/generators.ts';
import type { LoadPlan } from '../../model/load.ts';
import { workerFailure } from '../workers/failure.ts';
import type { WorkerAnswer, WorkerOrder } from '../workers/messages.ts';
import { type ClockExchange, type ClockOffset, offsetBy } from './clock-offset.ts';
import { createLine, type Line } from './line.ts';
import type { CoordinatorSays, GeneratorHello, GeneratorSays, MachineTick, WorkerPart } from './protocol.ts';

/** Who coordinates. */
export interface Coordinator {
  readonly version: string;
  readonly run: string;
  readonly hrUs: () => number;
}

/** What a generator is given to send. */
export interface RemoteLot {
  readonly lot: number;
  readonly plan: LoadPlan;
  readonly parts: readonly WorkerPart[];
  /** Its clock when the load began. */
  readonly offsetUs: number;
  onMachine(tick: MachineTick): void;
}

const greetingMs = 10_000;
/** Often enough that silence is told from a busy machine: a process that is stopped is found out in 5 s. */
const beatMs = 500;
const mostSilentBeats = 10;
const exchanges = 16;
const betweenExchangesMs = 5;
const mostExchangingMs = 3000;
const pieceBytes = 512 * 1024;

/** Greets whoever is at the other end of a sealed stream; rejects with an environment error when that is no generator to work with. */
export function greetGenerator(stream: Duplex, place: string, coordinator: Coordinator): Promise<RemoteGenerator> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stream.destroy();
      reject(
        environmentError(
          'generators-missing',
          `${place}: there is no generator: it said nothing for ${greetingMs / 1000} s`,
        ),
      );
    }, greetingMs);
    const settle = (outcome: () => void) => {
      clearTimeout(timer);
      outcome();
    };
    const generator = new RemoteGenerator(stream, coordinator, {
      greeted: (failure) => settle(() => (failure ? reject(failure(place)) : resolve(generator))),
    });
  });
}

/** A question to its clock. */
interface Asked {
  readonly askedUs: number;
  tell(exchange: ClockExchange | undefined): void;
}

type Greeted = (failure?: (place: string) => RampartError) => void;

/** One generator; it must be let go. */
export class RemoteGenerator {
  hello: GeneratorHello | undefined;
  /** Why it is gone, when it is. */
  lost: RampartError | undefined;
  /** Who knows where it is, and what became of it. */
  place:
    | {
        placement?(): GeneratorPlacement | undefined;
        lookAgain?(): Promise<void>;
        whyLost?(): Promise<string | undefined>;
      }
    | undefined;

  private readonly line: Line<CoordinatorSays>;
  private readonly coordinator: Coordinator;
  private readonly beat: NodeJS.Timeout;
  private readonly sent = new Set<string>();
  private readonly asked = new Map<number, Asked>();
  private nextId = 0;
  private current: { readonly lot: RemoteLot; readonly events: WorkerProcessEvents<WorkerAnswer> } | undefined;
  private greeted: Greeted | undefined;
  private letGo = () => {};
  private readonly gone = new Promise<void>((resolve) => {
    this.letGo = resolve;
  });

  constructor(stream: Duplex, coordinator: Coordinator, { greeted }: { readonly greeted: Greeted }) {
    this.coordinator = coordinator;
    this.greeted = greeted;
    this.beat = this.startBeat();
    this.line = createLine<CoordinatorSays, GeneratorSays>(stream, {
      heard: (message) => this.heard(message),
      closed: (why) => this.closed(why),
    });
    this.line.say({ kind: 'hello', version: coordinator.version, run: coordinator.run });
  }

  /** Its name. */
  get name(): string {
    return this.hello?.name ?? 'unknown';
  }

  /** It is called so from now on. */
  rename(name: string): void {
    if (this.hello) this.hello = { ...this.hello, name };
  }

  /** Asks its clock some times, and goes by the quickest answer; undefined when it is gone. */
  async measureClock(): Promise<ClockOffset | undefined> {
    const found: ClockExchange[] = [];
    const untilUs = this.coordinator.hrUs() + mostExchangingMs * 1000;
    while (found.length < exchanges && !this.lost && (found.length === 0 || this.coordinator.hrUs() < untilUs)) {
      const exchange = await this.exchange();
      if (exchange) found.push(exchange);
      await new Promise((resolve) => setTimeout(resolve, betweenExchangesMs));
    }
    return offsetBy(found);
  }

  /** Has it told why it is gone, by who knows more than that it hung up. */
  async explainLoss(): Promise<void> {
    const { lost } = this;
    const why = lost && (await this.place?.whyLost?.());
    if (lost && why !== undefined)
      this.lost = retold(lost, { message: `generator ${this.name} was lost: ${why}`, hint: lost.hint });
  }

  /** Sends files that it does not have yet; they are kept for all lots. */
  async sendFiles(files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    for (const [path, content] of files) {
      if (this.sent.has(path)) continue;
      this.sent.add(path);
      for (let from = 0; from === 0 || from < content.length; from += pieceBytes) {
        const piece = Buffer.from(content.subarray(from, from + pieceBytes));
        this.line.say({ kind: 'file', path, isFirst: from === 0, base64: piece.toString('base64') });
        await this.line.drained();
      }
    }
  }

  /** Has it carry out its parts of a plan, as a worker of the load. */
  work(lot: RemoteLot, events: WorkerProcessEvents<WorkerAnswer>): WorkerProcess<WorkerOrder> {
    this.current = { lot, events };
    // Told later, when whoever starts it knows it.
    if (this.lost) queueMicrotask(() => this.fail());
    const originHrUs = lot.plan.originHrUs + lot.offsetUs;
    this.line.say({ kind: 'plan', lot: lot.lot, plan: { ...lot.plan, originHrUs }, parts: lot.parts });
    return {
      order: (order) => this.line.say({ kind: 'order', lot: lot.lot, order }),
      stop: async () => {
        if (this.current?.lot === lot) this.current = undefined;
        this.line.say({ kind: 'order', lot: lot.lot, order: { kind: 'abort' } });
      },
    };
  }

  /** Hangs up at once, for this reason. */
  cut(why: string): void {
    this.line.cut(why);
  }

  /** Lets it go; resolves when it is gone, or does not hang up in time. */
  async release(): Promise<void> {
    this.line.say({ kind: 'bye' });
    this.line.close();
    const timer = setTimeout(() => this.line.cut('it did not hang up'), 2000);
    await this.gone;
    clearTimeout(timer);
  }

  private startBeat(): NodeJS.Timeout {
    let [heard, silent] = [-1, 0];
    return setInterval(() => {
      silent = this.line.heardBytes === heard ? silent + 1 : 0;
      heard = this.line.heardBytes;
      if (silent >= mostSilentBeats) this.line.cut(`it said nothing for ${(mostSilentBeats * beatMs) / 1000} s`);
      else void this.exchange();
    }, beatMs);
  }

  private exchange(): Promise<ClockExchange | undefined> {
    const id = this.nextId++;
    return new Promise((resolve) => {
      if (this.lost) {
        resolve(undefined);
        return;
      }
      this.asked.set(id, { askedUs: this.coordinator.hrUs(), tell: resolve });
      this.line.say({ kind: 'clock', id });
    });
  }

  private heard(message: GeneratorSays): void {
    switch (message.kind) {
      case 'hello':
        this.greet(message);
        return;
      case 'refused':
        this.refuse(message);
        return;
      case 'clock': {
        const answeredUs = this.coordinator.hrUs();
        const asked = this.asked.get(message.id);
        if (!asked) return;
        this.asked.delete(message.id);
        const { heardUs, saidUs } = message;
        asked.tell({ askedUs: asked.askedUs, heardUs, saidUs, answeredUs });
        return;
      }
      default:
        this.heardOfLot(message);
    }
  }

  private heardOfLot(message: Extract<GeneratorSays, { lot: number }>): void {
    if (this.current?.lot.lot !== message.lot) return;
    const { lot, events } = this.current;
    if (message.kind === 'ready') events.said({ kind: 'ready', earliestUs: message.earliestUs });
    else if (message.kind === 'said') events.said(message.message);
    else if (message.kind === 'machine') lot.onMachine(message.tick);
    else events.failed(this.failureOf(message.error));
  }

  private failureOf(thrown: unknown): RampartError {
    const failure = workerFailure(thrown);
    return retold(failure, { message: `generator ${this.name}: ${failure.message}`, hint: failure.hint });
  }

  private greet({ kind: _, version, ...hello }: Extract<GeneratorSays, { kind: 'hello' }>): void {
    this.hello = hello;
    const { greeted, coordinator } = this;
    if (version !== coordinator.version) {
      this.greeted = undefined;
      greeted?.((place) =>
        environmentError(
          'generator-version',
          `${place}: generator ${hello.name} is rampart ${version}, this is ${coordinator.version}`,
          'Both must be of one version: install the same on both machines.',
        ),
      );
      this.line.cut('another version');
      return;
    }
    this.greeted = undefined;
    greeted?.();
  }

  private refuse({ why, message }: Extract<GeneratorSays, { kind: 'refused' }>): void {
    const { greeted } = this;
    this.greeted = undefined;
    greeted?.((place) =>
      environmentError(
        why === 'busy' ? 'generator-busy' : 'generator-version',
        `${place}: ${message}`,
        why === 'busy'
          ? 'A generator works for one run at a time: wait for the other to end, or name another generator.'
          : 'Both must be of one version: install the same on both machines.',
      ),
    );
    this.line.cut(message);
  }

  private closed(why: string): void {
    clearInterval(this.beat);
    this.lost ??= incompleteError(
      'generator-lost',
      `generator ${this.name} was lost: ${why}`,
      'What the others counted is kept. Look at what that generator printed, and at its machine.',
    );
    const { greeted } = this;
    this.greeted = undefined;
    greeted?.((place) => environmentError('generators-missing', `${place}: there is no generator: ${why}`));
    for (const { tell } of this.asked.values()) tell(undefined);
    this.letGo();
    this.fail();
  }

  private fail(): void {
    if (this.lost) this.current?.events.failed(this.lost);
  }
}
