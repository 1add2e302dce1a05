/** Leads arrivals through their visits: what an answer asks for next is sent at once, after a pause, or never. */
import type { Accounts } from '../accounts/accounts.ts';
import type { Arrival } from '../accounts/arrival.ts';
import type { Answer } from '../answers/answer.ts';
import type { Move, Visit, WireRequest } from '../requests/wire-request.ts';
import type { Pool } from '../transport/pool.ts';

/** An arrival that pauses, and what it asks for then. */
interface Pause {
  readonly request: WireRequest;
  readonly visit: Visit;
  readonly sinceUs: number;
  readonly timer: NodeJS.Timeout;
}

/** A request that is handed to the pool when that has dealt with what it heard: the connection of the answer before is free then. */
interface Ready {
  readonly arrival: Arrival;
  readonly request: WireRequest;
  readonly isRedirect: boolean;
}

/** The visits of one load; times in microseconds of one clock. */
export class Visits {
  private readonly accounts: Accounts;
  private readonly pool: Pick<Pool, 'dispatch'>;
  private readonly clock: () => number;
  private ready: Ready[] = [];
  private readonly pauses = new Map<Arrival, Pause>();

  constructor(accounts: Accounts, pool: Pick<Pool, 'dispatch'>, clock: () => number) {
    this.accounts = accounts;
    this.pool = pool;
    this.clock = clock;
  }

  /** How many arrivals pause. */
  get thinking(): number {
    return this.pauses.size;
  }

  /** An answer to an arrival of a visit came at `nowUs`. */
  answered(arrival: Arrival, visit: Visit, answer: Answer, nowUs: number): void {
    const move = visit.after(answer);
    if (move.kind === 'over') {
      this.accounts.answered(arrival, move.failure, nowUs);
    } else if (move.kind === 'redirect') {
      this.accounts.redirected(arrival, visit, move.request, nowUs);
      this.ready.push({ arrival, request: move.request, isRedirect: true });
    } else {
      this.accounts.passed(arrival, visit, nowUs);
      if (move.thinkMs > 0) this.pause(arrival, visit, move, nowUs);
      else this.ready.push({ arrival, request: move.request, isRedirect: false });
    }
  }

  /** Hands on all that is ready. */
  dispatchReady(): void {
    while (this.ready.length > 0) {
      const { ready } = this;
      this.ready = [];
      for (const { arrival, request, isRedirect } of ready) {
        if (!isRedirect) this.accounts.asksAgain(arrival, request, this.clock());
        this.pool.dispatch(arrival);
      }
    }
  }

  /** Ends all pauses as unfinished. */
  stop(): void {
    for (const [arrival, { timer, visit }] of this.pauses) {
      clearTimeout(timer);
      this.accounts.unfinishedInPause(arrival, visit);
    }
    this.pauses.clear();
  }

  private pause(arrival: Arrival, visit: Visit, move: Extract<Move, { kind: 'next' }>, nowUs: number): void {
    this.accounts.paused(arrival, nowUs);
    const timer = setTimeout(() => this.resume(arrival), move.thinkMs);
    this.pauses.set(arrival, { request: move.request, visit, sinceUs: nowUs, timer });
  }

  private resume(arrival: Arrival): void {
    const pause = this.pauses.get(arrival);
    if (!pause) return;
    this.pauses.delete(arrival);
    const nowUs = this.clock();
    this.accounts.resumed(arrival, pause.visit, pause.sinceUs, nowUs);
    this.accounts.asksAgain(arrival, pause.request, nowUs);
    this.pool.dispatch(arrival);
  }
}
