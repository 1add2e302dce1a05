/** The clients of one step of a closed load, each with one exchange at a time. */
import type { Client } from 'autocannon';
import { type ClientInside, takeOver } from './autocannon-client.ts';
import { ClientState, type ClosedStep } from './client-state.ts';

/** The clients that autocannon made for a step. */
export interface ClosedClients {
  /** How many are in an exchange. */
  readonly inFlight: number;
  /** Takes over a client that autocannon is about to connect; for its `setupClient` option. */
  adopt(client: Client): void;
  /** Lets every client end after the exchange it is in. */
  windDown(): void;
  /** Counts all open exchanges as unfinished; what comes later is not looked at. */
  cutOff(): void;
}

/** No clients yet. */
export function createClosedClients(parts: Omit<ClosedStep, 'phase'>): ClosedClients {
  const step: ClosedStep = { ...parts, phase: 'running' };
  const clients: ClientState[] = [];
  return {
    get inFlight() {
      return clients.filter(({ isInExchange }) => isInExchange).length;
    },
    adopt(adopted) {
      const client = adopted as ClientInside;
      client.timeout = step.timeoutMs;
      const state = new ClientState(client, step);
      clients.push(state);
      takeOver(client, state);
    },
    windDown() {
      step.phase = 'winding down';
    },
    cutOff() {
      for (const client of clients) client.cutOff();
      step.phase = 'over';
    },
  };
}
