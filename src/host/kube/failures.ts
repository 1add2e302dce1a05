/** What a cluster refuses, in words for people: which question, what it said, and the way out. */
import { environmentError, messageOf, RampartError } from '../../model/errors.ts';

/** An answer that is no success, as the API writes it (meta/v1, Status). */
export class KubeRefusal extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** The HTTP status with which the cluster refused; undefined where it did not answer, and of other errors. */
export function statusOf(error: unknown): number | undefined {
  const cause = error instanceof RampartError ? error.cause : error;
  return cause instanceof KubeRefusal ? cause.status : undefined;
}

/** Whether the cluster has refused what asking again does not mend. */
export function isLastingRefusal(error: unknown): boolean {
  const status = statusOf(error);
  return status !== undefined && status < 500 && status !== 409 && status !== 429;
}

/** Reads a Status; what is none is shown by its first line. */
export function readRefusal(status: number, body: Buffer): KubeRefusal {
  const text = body.subarray(0, 4096).toString('utf8');
  const said = readStatus(body) ?? {};
  const message = said.message || text.split('\n')[0]?.trim() || 'nothing more was said';
  return new KubeRefusal(status, said.reason ?? '', message);
}

function readStatus(body: Buffer): { reason?: string; message?: string } | undefined {
  try {
    const read: unknown = JSON.parse(body.toString('utf8'));
    return typeof read === 'object' && read !== null ? read : undefined;
  } catch {
    return undefined;
  }
}

/** The error of a refusal; `asked` says what was asked, such as `create Deployment shop/api`. */
export function refused(refusal: KubeRefusal, asked: string, context: string): RampartError {
  const { status, message } = refusal;
  const said = `the cluster of context ${JSON.stringify(context)} refused to ${asked}: ${message}`;
  if (status === 401)
    return environmentError(
      'kube-unauthorized',
      said,
      'Log in again; `kubectl auth whoami` shows as whom the cluster knows you.',
      refusal,
    );
  if (status === 403 && /exceeded quota|failed quota/.test(message))
    return environmentError(
      'kube-quota',
      said,
      'Ask for less (`topology.limits`, `topology.scale`) or have the quota raised: `kubectl describe quota -A`.',
      refusal,
    );
  if (status === 403 && / cannot \S+ (?:resource|path)/.test(message))
    return environmentError(
      'kube-forbidden',
      said,
      'Have a role bound to this user that allows it: `kubectl auth can-i --list` shows what is allowed now.',
      refusal,
    );
  if (status === 429 || status >= 500) return environmentError('kube-failed', said, undefined, refusal);
  return environmentError('kube-refused', said, undefined, refusal);
}

const ways: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
  ECONNRESET: 'it closed the connection',
  EPIPE: 'it closed the connection',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ETIMEDOUT: 'it did not answer in time',
};

/** The error of a question that got no answer at all. */
export function unreachable(error: unknown, asked: string, server: string, context: string): RampartError {
  if (error instanceof RampartError) return error;
  const { code = '', name = '' } = error as NodeJS.ErrnoException;
  const why = name === 'TimeoutError' ? 'it did not answer in time' : (ways[code] ?? messageOf(error));
  return environmentError(
    'kube-unreachable',
    `the cluster at ${server} (context ${JSON.stringify(context)}) cannot be asked to ${asked}: ${why}`,
    'Try `kubectl version`; another cluster is named with `topology.context` or KUBECONFIG.',
    error,
  );
}
