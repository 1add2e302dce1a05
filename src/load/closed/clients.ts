/** The clients of one step of a closed load, each with one exchange at a time. */
import type { Client } from 'autocannon';
import type { DialAddress } from '../../model/load.ts';
import { type ClientInside, takeOver } from './autocannon-client.ts';
import { ClientState, type ClosedStep } from './client-state.ts';

/** The clients that autocannon made for a step. */
export interface ClosedClients {
  /** How many are in an exchange. */
  readonly inFlight: number;
  /** Takes over a client that autocannon is about to connect; for its `setupClient` option. */
  adopt(client: Client): void;
  /** Lets every client go elsewhere with its next connection. */
  moveTo(address: DialAddress): void;
  /** Lets every client end after the exchange it is in. */
  windDown(): void;
  /** Counts all open exchanges as unfinished; what comes later is not looked at. */
  cutOff(): void;
}

/** No clients yet; they connect to addresses only to which they may. */
export function createClosedClients(
  parts: Omit<ClosedStep, 'phase' | 'connections'>,
  mayDial: (address: string) => boolean,
): ClosedClients {
  const step: ClosedStep = { ...parts, phase: 'running', connections: 0 };
  const clients: ClientState[] = [];
  const inside: ClientInside[] = [];
  return {
    get inFlight() {
      return clients.filter(({ isInExchange }) => isInExchange).length;
    },
    adopt(adopted) {
      const client = adopted as ClientInside;
      client.timeout = step.timeoutMs;
      const state = new ClientState(client, step);
      clients.push(state);
      inside.push(client);
      takeOver(client, state, mayDial);
    },
    moveTo({ host, port }) {
      for (const client of inside) Object.assign(client.opts, { hostname: host, port });
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
