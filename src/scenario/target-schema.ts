/** The `target:` block: where the load goes, and how it is spoken to over TLS. */
import { z } from 'zod';
import type { LoadTarget, TlsSpec } from '../model/scenario.ts';
import { loopbackUrl, refusal, text, whole } from './values.ts';

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

/** The `target:` block of a scenario; files relative to the scenario file. */
export const targetSchema = z
  .strictObject({
    service: text('a service of the compose file', 'loadbalancer').optional(),
    port: whole(1, 65_535, '8080').optional().meta({ description: 'The port inside the container' }),
    url: loopbackUrl('http://127.0.0.1:9100/', 'load').optional().meta({
      description: 'Its path and query, if any, are what requests without a path of their own are sent to',
    }),
    socket: text('a path', '/run/api.sock').optional().meta({ description: 'A Unix socket' }),
    tls: tlsSchema.optional().meta({ description: 'HTTPS; with an https URL only where there is more to say' }),
  })
  .transform((input, context): LoadTarget => {
    const { service, port, url, socket } = input;
    const wrong = (path: string[], message: string) => context.issues.push({ code: 'custom', input, path, message });
    const isHttps = /^https:/i.test(url ?? '');
    if (url !== undefined && input.tls && !isHttps) wrong(['tls'], 'needs an https URL');
    const tls: TlsSpec | undefined = input.tls ?? (isHttps ? { insecure: false } : undefined);
    const secured = tls ? { tls } : {};
    const given = [service ?? port, url, socket].filter((each) => each !== undefined).length;
    if (given === 1 && url !== undefined) return { url, ...secured };
    if (given === 1 && socket !== undefined) return { socket, ...secured };
    if (given === 1 && service !== undefined && port !== undefined) return { service, port, ...secured };
    wrong([], 'must have service and port, or url or socket alone (example: { service: loadbalancer, port: 8080 })');
    return z.NEVER;
  });
