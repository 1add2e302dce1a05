/** What an open load takes before it can start: its files, and what is to be known of its target. */
import type { LoadPlan } from '../../model/load.ts';
import { requireH2 } from '../http2/require-h2.ts';
import { openRequestSource, type RequestSource } from '../requests/source.ts';
import { openRecordedLoad } from '../schedule/recorded-load.ts';
import { type Dialer, openDialer } from '../transport/dialer.ts';
import type { OnMoved } from '../workers/moves.ts';
import type { WorkerHost } from '../workers/worker-host.ts';

/** A load that can start at any time. */
export interface ReadyLoad {
  readonly recorded: Awaited<ReturnType<typeof openRecordedLoad>>;
  readonly nextRequest: RequestSource;
  readonly dialer: Dialer;
}

/** Reads all files of a plan, and looks whether its target speaks HTTP/2 where that is asked for; rejects as these do. */
export async function readyLoad(
  plan: LoadPlan,
  { wallMs, hrUs, onMoved }: Pick<WorkerHost, 'wallMs' | 'hrUs'> & { readonly onMoved?: OnMoved | undefined },
): Promise<ReadyLoad> {
  const recorded = await openRecordedLoad(plan);
  const nextRequest = await openRequestSource(plan, wallMs, recorded?.requests);
  const dialer = await openDialer(plan);
  onMoved?.((addresses) => dialer.routes.moveTo(addresses));
  if (plan.http === 2) await requireH2(plan, dialer, hrUs);
  return { recorded, nextRequest, dialer };
}
