/** The `target:` block: where the load goes, and how it is spoken to over TLS. */
import { z } from 'zod';
import { allowMistake, isBoundless } from '../host/allowed-hosts.ts';
import { socketOf } from '../host/socket-url.ts';
import { hostMistake } from '../host/user-url.ts';
import type { AllowedHost, LoadTarget, TlsSpec } from '../model/scenario.ts';
import { givenUrl, refusal, show, text, whole } from './values.ts';

const pem = (example: string) => text('a PEM file', example).optional();

const tlsSchema = z
  .strictObject({
    ca: pem('ca.pem').meta({
      description: 'Who may have signed the certificate of the target, instead of the usual authorities',
    }),
    cert: pem('client.pem').meta({ description: 'Certificate that rampart shows' }),
    key: pem('client-key.pem').meta({ description: 'Its private key' }),
    serverName: text('a name', 'shop.example')
      .regex(/[A-Za-z]/, { error: 'must be a name, not an address (example: shop.example)' })
      .optional()
      .meta({ description: 'The name that the certificate of the target is for, when it is not its host' }),
    insecure: z
      .boolean({ error: (issue) => refusal('true or false', issue.input, 'false') })
      .default(false)
      .meta({ description: 'Take any certificate; the result says so' }),
  })
  .superRefine(({ ca, cert, key, insecure }, context) => {
    if (insecure && ca !== undefined) {
      const message = 'is of no use with insecure: true, which takes any certificate: remove one of the two';
      context.addIssue({ code: 'custom', path: ['ca'], message });
    }
    if ((cert === undefined) === (key === undefined)) return;
    const [given, missing] = cert === undefined ? ['key', 'cert'] : ['cert', 'key'];
    context.addIssue({ code: 'custom', path: [given], message: `is of no use without ${missing}` });
  });

const allowedHost = z
  .union([
    text('a host', 'staging.example').transform((host): AllowedHost => ({ host })),
    z.strictObject({
      host: text('a host', 'staging.example').meta({ description: 'A name, *.NAME, an address, or a range' }),
      reason: text('a reason', 'previews have names of their own')
        .optional()
        .meta({ description: 'Told in the report' }),
    }),
  ])
  .superRefine(({ host, reason }, context) => {
    const mistake = allowMistake(host);
    const isUnexplained = mistake === undefined && reason === undefined && isBoundless(host);
    const message = isUnexplained
      ? `bounds nothing, so it needs a reason, got ${show(host)} (example: { host: ${show(host)}, reason: previews have names of their own })`
      : mistake && `${mistake}, got ${show(host)} (example: staging.example)`;
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

/** A URL, or a Unix socket, which may be written as one. */
function spokenTo({ url, socket }: { readonly url?: string | undefined; readonly socket?: string | undefined }) {
  const named = url === undefined ? undefined : socketOf(url);
  return named && 'path' in named ? { socket: named.path } : { url, socket };
}

function consentMistakes(url: string | undefined, allow: readonly AllowedHost[] = []): string[] {
  const mistake = url === undefined ? undefined : hostMistake(url, allow);
  return mistake === undefined ? [] : [mistake];
}

/** The `target:` block of a scenario; files relative to the scenario file. */
export const targetSchema = z
  .strictObject({
    service: text('a service of the compose file', 'loadbalancer').optional(),
    port: z
      .union(
        [
          whole(1, 65_535, '8080'),
          text('the name of a port', 'http').regex(/^(?=.*[a-z])[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?$/),
        ],
        {
          error: (issue) => refusal('a port, or the name that manifests give it', issue.input, '8080'),
        },
      )
      .optional()
      .meta({ description: 'The port inside the container; of Kubernetes also by its name, or as a Service calls it' }),
    spread: z
      .boolean({ error: (issue) => refusal('true or false', issue.input, 'true') })
      .optional()
      .meta({ description: 'Requests go to all replicas of the service in turn, instead of to the first' }),
    url: givenUrl('http://127.0.0.1:9100/', 'load').optional().meta({
      description: 'Its path and query, if any, stand before those of requests; unix:///run/api.sock is a Unix socket',
    }),
    socket: text('a path', '/run/api.sock')
      .optional()
      .meta({ description: 'A Unix socket, relative to the scenario file' }),
    allow: z
      .array(allowedHost, { error: (issue) => refusal('a list of hosts', issue.input, '[staging.example]') })
      .optional()
      .meta({
        description:
          'Hosts beyond this machine that load may go to: a name, *.NAME, an address, or a range; --allow-host adds to it',
      }),
    tls: tlsSchema.optional().meta({ description: 'HTTPS; with an https URL only where there is more to say' }),
  })
  .transform((input, context): LoadTarget => {
    const { service, port, allow } = input;
    const { url, socket } = spokenTo(input);
    const wrong = (path: string[], message: string) => context.issues.push({ code: 'custom', input, path, message });
    const isHttps = /^https:/i.test(url ?? '');
    if (url !== undefined && input.tls && !isHttps) wrong(['tls'], 'needs an https URL');
    const tls: TlsSpec | undefined = input.tls ?? (isHttps ? { insecure: false } : undefined);
    const secured = { ...(tls ? { tls } : {}), ...(allow ? { allow } : {}) };
    for (const message of consentMistakes(url, allow)) wrong(['url'], message);
    if (input.spread !== undefined && service === undefined)
      wrong(['spread'], 'needs service and port: there are no replicas of an address');
    const given = [service ?? port, input.url, input.socket].filter((each) => each !== undefined).length;
    if (given === 1 && url !== undefined) return { url, ...secured };
    if (given === 1 && socket !== undefined) return { socket, ...secured };
    if (given === 1 && service !== undefined && port !== undefined)
      return { service, port, ...(input.spread === true ? { spread: true } : {}), ...secured };
    wrong([], 'must have service and port, or url or socket alone (example: { service: loadbalancer, port: 8080 })');
    return z.NEVER;
  });
