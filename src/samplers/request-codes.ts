/** How requests ended, by the labels that services give their counters: HTTP status codes, gRPC codes, or plain words. */

/** Labels of the one and of the other, the surest first, as exporters write their names. */
const httpLabels = [
  'http_response_status_code',
  'http_status_code',
  'http_status',
  'status_code',
  'statuscode',
  'response_code',
  'http_code',
  'code',
  'response_status',
  'status',
];
const rpcLabels = ['rpc_grpc_status_code', 'rpc_response_status_code', 'grpc_code', 'grpc_status', 'grpc_status_code'];

/** By number (google.golang.org/grpc/codes). */
const rpcCodes = [
  ...['ok', 'canceled', 'unknown', 'invalid_argument', 'deadline_exceeded', 'not_found', 'already_exists'],
  ...['permission_denied', 'resource_exhausted', 'failed_precondition', 'aborted', 'out_of_range', 'unimplemented'],
  ...['internal', 'unavailable', 'data_loss', 'unauthenticated'],
];
/** `InvalidArgument`, `INVALID_ARGUMENT` and `invalid-argument` are one. */
const rpcByLetters: ReadonlyMap<string, string> = new Map([
  ...rpcCodes.map((code) => [lettersOf(code), code] as const),
  ['cancelled', 'canceled'],
]);
const goodWords = new Set(['ok', 'success', 'succeeded', 'successful']);
const badWords = new Set(['error', 'err', 'errored', 'fail', 'failed', 'failure']);

/**
 * How the requests with these labels ended: `2xx` and the like below 400, the code itself from 400 on (`429`), `grpc_unavailable`,
 * `success` or `error`; undefined where no label says. There are fewer than a hundred, whatever a service writes.
 */
export function codeOf(labels: Readonly<Record<string, string>>, isRpc: boolean): string | undefined {
  for (const label of rpcLabels) {
    const code = rpcCodeOf(labels[label] ?? '');
    if (code !== undefined) return code;
  }
  for (const label of httpLabels) {
    const value = labels[label];
    const code =
      value === undefined ? undefined : (httpCodeOf(value) ?? (isRpc ? rpcCodeOf(value) : undefined) ?? wordOf(value));
    if (code !== undefined) return code;
  }
  return undefined;
}

function httpCodeOf(value: string): string | undefined {
  const [, code, kind] = /^(?:([1-5]\d\d)(?!\d)|([1-5])xx$)/i.exec(value) ?? [];
  if (kind !== undefined) return `${kind}xx`;
  if (code === undefined) return undefined;
  return isAssigned(Number(code)) ? code : `${code[0]}xx`;
}

/** Codes that mean something to somebody (IANA's registry, and those of nginx and Cloudflare); one that was made up is told by its class. */
function isAssigned(code: number): boolean {
  return (
    (code >= 400 && code <= 431) ||
    code === 451 ||
    code === 499 ||
    (code >= 500 && code <= 511) ||
    (code >= 520 && code <= 530)
  );
}

function rpcCodeOf(value: string): string | undefined {
  const code = /^\d{1,2}$/.test(value) ? rpcCodes[Number(value)] : rpcByLetters.get(lettersOf(value));
  return code === undefined ? undefined : `grpc_${code}`;
}

function wordOf(value: string): string | undefined {
  const word = value.toLowerCase();
  if (goodWords.has(word)) return 'success';
  return badWords.has(word) ? 'error' : undefined;
}

function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[^a-z]/g, '');
}
