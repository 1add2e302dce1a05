/** Answered exchanges of a load one by one, where somebody asks for them: those on the wire in some stretches of time. */
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { exchangeText, type ToldExchange } from '../../model/exchange-text.ts';
import type { LoadExchanges, LoadPlan, StepStretch, Stretch } from '../../model/load.ts';

/** So many are written as text in one turn of the event loop. */
const toldPerTurn = 400;

/** A window that is taken at a whole second begins up to so much later. */
const secondUs = 1_000_000;

/** Takes exchanges as they end, and tells those that were under way in one of the stretches. */
export class Exchanges {
  private readonly planned: readonly StepStretch[];
  private readonly worker: number;
  /** Those of the steps that are known to begin, in order. */
  private readonly stretches: Stretch[] = [];
  /** How many of them have begun. */
  private begun = 0;
  private told = new Map<number, ToldExchange[]>();

  constructor(planned: readonly StepStretch[], worker: number) {
    this.planned = planned;
    this.worker = worker;
  }

  /** It is known when a step really begins; steps are told in order, each before anything is written in it. */
  begins(step: number, startUs: number): void {
    const moreUs = startUs % secondUs === 0 ? 0 : secondUs;
    for (const { step: of, atUs, untilUs } of this.planned)
      if (of === step) this.stretches.push({ atUs: startUs + atUs, untilUs: startUs + untilUs + moreUs });
  }

  /** An exchange of an arrival that was due in this step ended now: none that ended later was added before. */
  add(step: number, exchange: ToldExchange): void {
    const { stretches } = this;
    for (let next = stretches[this.begun]; next && next.atUs <= exchange.endUs; next = stretches[this.begun])
      this.begun++;
    const last = stretches[this.begun - 1];
    if (!last || last.untilUs < exchange.writtenUs) return;
    const own = this.told.get(step);
    if (own) own.push(exchange);
    else this.told.set(step, [exchange]);
  }

  /** Emits all that were added since, some in each turn of the event loop so that due requests are not kept waiting. */
  async flush(emit: (message: LoadExchanges) => void): Promise<void> {
    const { told, worker } = this;
    if (told.size === 0) return;
    this.told = new Map();
    for (const [step, exchanges] of told) {
      for (let from = 0; from < exchanges.length; from += toldPerTurn) {
        const text = exchangeText(exchanges.slice(from, from + toldPerTurn));
        emit({ kind: 'exchanges', step, worker, exchanges: text });
        await turnOfLoop();
      }
    }
  }
}

/** Of one worker; nothing where the plan asks for none. */
export function createExchanges({ exchangesIn = [], share }: LoadPlan): Exchanges | undefined {
  return exchangesIn.length > 0 ? new Exchanges(exchangesIn, share?.index ?? 0) : undefined;
}
