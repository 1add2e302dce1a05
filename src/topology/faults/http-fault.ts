/** A fault that is a request to the replicas' own interface, and another that takes it back: on any engine that knows their ports. */
import { sendBytes } from '../../host/http-send.ts';
import { environmentError, messageOf } from '../../model/errors.ts';
import type { FaultAction, FaultRequest } from '../../model/fault.ts';
import type { Target } from '../../model/topology.ts';
import type { HeldFault } from './keep-faults.ts';

type HttpAction = Extract<FaultAction, { kind: 'http' }>;

/** A replica that does not answer for so long will not do what it is asked. */
const answerMs = 10_000;

/**
 * In force when every replica has answered 200 to 299. Where another did not, those that did are asked to take it back, and those of which
 * nobody knows: what makes a replica slow may keep it from answering.
 */
export async function httpFault(action: HttpAction, of: readonly Target[], signal: AbortSignal): Promise<HeldFault> {
  const { undo } = action;
  const asked = await askAll(of, action, signal, action.port);
  const takeBack = async (targets: readonly Target[]) => {
    if (!undo) return;
    // The end of the load must not keep anything in force.
    throwFirst(await askAll(targets, undo, AbortSignal.timeout(answerMs), action.port));
  };
  if (asked.some(({ why }) => why !== undefined)) {
    const mayHave = asked.flatMap(({ target, refused }) => (refused ? [] : [target]));
    const left = await takeBack(mayHave).then(() => undefined, messageOf);
    if (left === undefined) throwFirst(asked);
    throw failed(`${firstWhy(asked)}; it may still be in force: ${left}`);
  }
  const message = `asked ${of.map(({ id }) => id).join(', ')}: ${requestText(action)}`;
  return { message, ...(undo ? { undo: () => takeBack(of) } : {}) };
}

/** A replica that was asked, and why it has not done it; undefined where it has. */
interface Asked {
  readonly target: Target;
  readonly why?: unknown;
  /** It has not, and that is sure. */
  readonly refused?: boolean;
}

async function askAll(
  of: readonly Target[],
  request: FaultRequest,
  signal: AbortSignal,
  port: number,
): Promise<readonly Asked[]> {
  return await Promise.all(
    of.map((target) => ask(target, port, request, signal).catch((why: unknown): Asked => ({ target, why }))),
  );
}

function firstWhy(asked: readonly Asked[]): string {
  return asked.flatMap(({ why }) => (why === undefined ? [] : [messageOf(why)]))[0] ?? '';
}

function throwFirst(asked: readonly Asked[]): void {
  const failed = asked.find(({ why }) => why !== undefined);
  if (failed) throw failed.why;
}

/** Rejects when the signal aborts. */
async function ask(target: Target, port: number, request: FaultRequest, signal: AbortSignal): Promise<Asked> {
  const base = target.ports[String(port)];
  if (base === undefined) {
    const has = Object.keys(target.ports).join(', ') || 'none';
    return { target, why: failed(`${target.id} has no published port ${port} (it has: ${has})`), refused: true };
  }
  const options = {
    method: request.method,
    headers: request.headers,
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
  };
  const what = `${target.id} was asked ${requestText(request)}`;
  const url = new URL(request.path, base).href;
  const sent = await sendBytes(url, Buffer.from(request.body), options).catch(messageOf);
  if (typeof sent === 'string') {
    signal.throwIfAborted();
    return { target, why: failed(`${what}: ${sent}`), refused: /ECONNREFUSED/.test(sent) };
  }
  const { status, text } = sent;
  if (status >= 200 && status <= 299) return { target };
  const [said = ''] = text.trim().split('\n');
  return { target, why: failed(`${what}, and answered ${status}${said === '' ? '' : `: ${said}`}`), refused: true };
}

function requestText({ method, path, body }: FaultRequest): string {
  if (body === '') return `${method} ${path}`;
  // Half of a body may have half of a secret in it, which nobody would know for one.
  return `${method} ${path} with ${body.length > 40 ? `a body of ${Buffer.byteLength(body)} bytes` : JSON.stringify(body)}`;
}

function failed(message: string) {
  return environmentError('fault-failed', message);
}
