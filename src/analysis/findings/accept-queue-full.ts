/** The finding about connections that nobody accepts in time: the kernel drops them, and their clients try again a second later. */

import { shortFunction } from '../../model/function-name.ts';
import type { StepResult } from '../../model/run-result.ts';
import { stepText } from '../../model/step-text.ts';
import { formatCount, formatNumber } from '../../model/units.ts';
import { harmedSteps, severityWhere } from './harm.ts';
import { heldListener } from './held-listener.ts';
import { foundAt, nameOf, type Place, placesOf } from './places.ts';
import type { FindingRule } from './rule.ts';
import { hostTarget } from './vitals.ts';

const nearlyFull = 0.9;
const overflows = 'net.listen_overflows_per_second';

const acceptSooner =
  'Accept sooner: nothing slow before or in Accept (a limit on connections, TLS, a CPU that is used up); keep connections alive, so that fewer are opened. The queue is as long as net.core.somaxconn lets it.';
const ofLimit =
  'The listener lets no more connections in than its limit, and one that is kept alive has its place also while it is idle: raise the limit above what clients keep open, close idle ones sooner (IdleTimeout), or limit requests instead of connections.';

/** Steps in which an accept queue was full, by its length or by the kernel's count of what overflowed, or in which a limit let nobody accept. */
export const acceptQueueFull: FindingRule = {
  id: 'accept-queue-full',
  role: 'limit',
  explains: ['failures', 'latency-knee', 'throughput-ceiling', 'response-leaves-service', 'tcp-retransmits'],
  find(run) {
    const places = placesOf(run, (at) =>
      isFull(at) || heldListener(run, at) ? (at.table['sock.accept_queue']?.max ?? 0) : undefined,
    );
    const worst = places[0];
    if (!worst) return [];
    const harmed = harmedSteps(run);
    const held = heldListener(run, worst);
    const limit = worst.table['sock.accept_queue_limit']?.last;
    return [
      foundAt(
        run,
        places,
        ['sock.accept_queue', overflows],
        ({ step, table }) =>
          `up to ${formatCount(table['sock.accept_queue']?.max ?? 0)} of ${formatCount(table['sock.accept_queue_limit']?.last ?? 0)} connections waited to be accepted${overflowWords(step, table)}`,
        {
          severity: severityWhere(
            ({ name }) => harmed.has(name),
            places.map(({ step }) => step),
          ),
          title: `${nameOf(run, [worst.target])} does not accept connections in time at ${stepText(worst.step)}: ${formatCount(worst.value)} wait${held === undefined ? roomText(limit) : ` while its listener is held in ${shortFunction(held)}`}`,
          ...(held === undefined ? {} : { site: held }),
          advice: held === undefined ? acceptSooner : ofLimit,
        },
      ),
    ];
  },
};

function roomText(limit: number | undefined): string {
  return limit === undefined ? '' : `, ${formatCount(limit)} may`;
}

/** The counter is of a whole network namespace: of the machine's only the queue that is long tells whose it is. */
function isFull({ step, table }: Omit<Place, 'value'>): boolean {
  const [queue, limit] = [table['sock.accept_queue']?.max ?? 0, table['sock.accept_queue_limit']?.last];
  if (limit === undefined || limit <= 0) return false;
  if (queue >= nearlyFull * limit) return true;
  const over = table[overflows]?.max ?? step.targets[hostTarget]?.[overflows]?.max ?? 0;
  return over > 0 && queue >= limit / 2;
}

function overflowWords(step: StepResult, table: Place['table']): string {
  const over = table[overflows]?.mean ?? step.targets[hostTarget]?.[overflows]?.mean ?? 0;
  return over > 0 ? `, ${formatNumber(over)} per second found it full` : '';
}
