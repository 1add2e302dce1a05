// biome-ignore-all lint/suspicious/noTemplateCurlyInString: addresses that a run gives out look like this
/** `topology.services`: Go programs that are started as local processes, without a compose file. */
import { z } from 'zod';
import { environment } from './settings-schema.ts';
import { refusal, text, whole } from './values.ts';

const endpoint = (example: string, description: string) =>
  z
    .union([z.number().transform(String), z.string()], {
      error: (issue) => refusal('a port, or a port and a path', issue.input, example),
    })
    .refine(isEndpoint, { error: (issue) => refusal('a port, or a port and a path', issue.input, example) })
    .meta({ description })
    .optional();

function isEndpoint(given: string): boolean {
  const [, port] = /^(\d{1,5})(?:\/\S*)?$/.exec(given) ?? [];
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
}

const service = z.strictObject(
  {
    go: text('a Go package', './cmd/api')
      .regex(/^[^-\s]\S*$/, { error: (issue) => refusal('one Go package', issue.input, './cmd/api') })
      .meta({ description: 'Its main package, relative to folder' }),
    folder: text('a folder', '.').default('.').meta({
      description: 'Where it is built and runs, in a Go module; relative to the scenario file',
    }),
    args: z
      .array(
        z
          .union([z.string(), z.number()], { error: (issue) => refusal('a text', issue.input, '-addr') })
          .transform(String),
        { error: (issue) => refusal('a list of arguments', issue.input, '[serve, "-addr=:8080"]') },
      )
      .default([])
      .meta({ description: 'What it is started with; ${RAMPART_IP} is the address of the replica' }),
    env: environment.default({}).meta({
      description: 'Its environment; ${RAMPART_IP} is the address of the replica, ${NAME_HOST} that of another service',
    }),
    ports: z
      .array(whole(1, 65_535, '8080'), { error: (issue) => refusal('a list of ports', issue.input, '[8080]') })
      .min(1, { error: 'must name at least one port (example: [8080])' })
      .meta({ description: 'What it listens on; ready when the first takes connections, or ready says so' }),
    pprof: endpoint('6060', 'Port, or port and path, of net/http/pprof; without a path /debug/pprof'),
    metrics: endpoint('6060/metrics', 'Port, or port and path, of its metrics; without a path /metrics'),
    ready: endpoint('8080/healthz', 'Port and path that answer 200 to 299 when it is ready for load'),
    address: z
      .string({ error: (issue) => refusal('an address in 127.0.0.0/8', issue.input, '127.0.0.1') })
      .regex(/^127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/, {
        error: (issue) => refusal('an address in 127.0.0.0/8', issue.input, '127.0.0.1'),
      })
      .optional()
      .meta({ description: 'Where it listens, when nothing can make it listen elsewhere; then it has one replica' }),
  },
  {
    error: (issue) =>
      issue.code === 'invalid_type'
        ? refusal('what a service is', issue.input, '{ go: ./cmd/api, ports: [8080] }')
        : undefined,
  },
);

/** Services by name. */
export const servicesSchema = z
  .record(
    z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, {
      error: (issue) => refusal('made of letters, digits, dots and dashes', issue.input, 'api'),
    }),
    service,
    {
      error: (issue) =>
        issue.code === 'invalid_key'
          ? refusal('made of letters, digits, dots and dashes', issue.input, 'api')
          : refusal('a map of services', issue.input, '{ api: { go: ./cmd/api, ports: [8080] } }'),
    },
  )
  .refine((services) => Object.keys(services).length > 0, {
    error: 'must name at least one service (example: { api: { go: ./cmd/api, ports: [8080] } })',
  })
  .meta({ description: 'Go programs to build and start as local processes, instead of a compose file' });
