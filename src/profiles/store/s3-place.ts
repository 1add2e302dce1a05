/** Which bucket a store is in, from `s3://bucket/prefix?endpoint=URL&region=NAME` and the variables that AWS tools share. */
import { usageError } from '../../model/errors.ts';

/** A place in a bucket, and who asks. */
export interface S3Place {
  readonly bucket: string;
  /** Empty, or ends with `/`. */
  readonly prefix: string;
  /** Undefined for Amazon's own. */
  readonly endpoint: string | undefined;
  readonly region: string;
  /** Undefined where the client looks for them: profiles, roles of a container or a machine. */
  readonly credentials:
    | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
    | undefined;
  /** For messages. */
  readonly place: string;
}

const example = 's3://profiles/team-a?endpoint=https://minio.example:9000&region=eu-central-1';

/** Whether what is named as a store is in a bucket. */
export function isS3(named: string): boolean {
  return /^s3:/i.test(named);
}

/** The place that a URL names. Throws a usage error with all that is wrong with it. */
export function readS3Place(named: string, env: Readonly<Record<string, string | undefined>>): S3Place {
  // By a name for each bucket: what URL does to a host is not what a bucket's name may be, so it is read as it stands.
  const [, bucket = '', path = '', query = ''] = /^s3:\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?$/i.exec(named) ?? [];
  const given = new URLSearchParams(query);
  const first = (...values: (string | null | undefined)[]) => values.find((value) => value) ?? undefined;
  const endpoint = first(given.get('endpoint'), env['AWS_ENDPOINT_URL_S3'], env['AWS_ENDPOINT_URL']);
  const mistakes = [
    ...(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)
      ? []
      : [`the bucket must be 3 to 63 of a-z, 0-9, - and ., got ${JSON.stringify(bucket.replace(/^.*@/, '…@'))}`]),
    ...[...new Set(given.keys())]
      .filter((key) => !['endpoint', 'region'].includes(key))
      .map((key) => `only endpoint and region may follow the ?, got ${key}`),
    ...(endpoint === undefined || isEndpoint(endpoint)
      ? []
      : [`the endpoint must be a URL of http or https without user and path, got ${JSON.stringify(endpoint)}`]),
  ];
  if (mistakes.length > 0) throw usageError('flag-invalid', `--store: ${mistakes.join('; ')} (example: ${example})`);
  const prefix = path.replace(/^\/+|\/+$/g, '');
  const [accessKeyId, secretAccessKey, sessionToken] = [
    env['AWS_ACCESS_KEY_ID'],
    env['AWS_SECRET_ACCESS_KEY'],
    env['AWS_SESSION_TOKEN'],
  ];
  return {
    bucket,
    prefix: prefix === '' ? '' : `${prefix}/`,
    endpoint,
    region: first(given.get('region'), env['AWS_REGION'], env['AWS_DEFAULT_REGION']) ?? 'us-east-1',
    credentials:
      accessKeyId && secretAccessKey
        ? { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
        : undefined,
    place: `s3://${bucket}/${prefix}${endpoint === undefined ? '' : ` at ${endpoint}`}`,
  };
}

function isEndpoint(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (
    url !== undefined &&
    ['http:', 'https:'].includes(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    url.pathname === '/' &&
    url.search === ''
  );
}
