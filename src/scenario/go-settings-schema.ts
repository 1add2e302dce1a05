/** `go:` of a topology or a variant: the toolchain, experiment, profile and flags that Go programs are built with. */
import { z } from 'zod';
import { refusal, text } from './values.ts';

/** Flags of `go build` that take a value: without `=` it would be taken for a package. */
const valued =
  'asmflags buildmode buildvcs compiler covermode coverpkg gccgoflags gcflags installsuffix ldflags mod modfile overlay tags';
const switches = 'asan cover linkshared msan race trimpath';

/** Flags that are for something else of rampart, each with what to do instead. */
const elsewhere: Readonly<Record<string, string>> = {
  pgo: 'say pgo: cpu.pb.gz beside it',
  o: 'rampart says where a binary goes',
  C: 'the folder of a build comes from the compose file',
  toolexec: 'rampart runs no other program in place of a tool',
};

const flag = text('a flag of go build', '-ldflags=-s').check((context) => {
  const given = context.value;
  const [, name, equals] = /^--?([A-Za-z][\w-]*)(=)?/s.exec(given) ?? [];
  const wrong = (message: string) => context.issues.push({ code: 'custom', input: given, message });
  if (name === undefined) wrong(refusal('a flag of go build', given, '-ldflags=-s'));
  else if (elsewhere[name] !== undefined) wrong(`must not be -${name}: ${elsewhere[name]}`);
  else if (valued.split(' ').includes(name)) {
    if (equals === undefined) wrong(refusal('a flag and its value in one', given, `-${name}=VALUE`));
  } else if (!switches.split(' ').includes(name))
    wrong(
      `must be a flag that changes a binary, got "${given}" (flags: -${`${valued} ${switches}`.replaceAll(' ', ' -')})`,
    );
});

const settings = {
  toolchain: z
    .string({ error: (issue) => refusal('a Go toolchain', issue.input, 'go1.27.0') })
    .regex(/^(?:go1\.\d+(?:\.\d+|\.x|rc\d+|beta\d+)?(?:-[\w.]+)?|local)$/, {
      error: (issue) => refusal('a Go toolchain', issue.input, 'go1.27.0, or go1.27.x for its newest patch'),
    })
    .meta({ description: 'GOTOOLCHAIN of the build, such as go1.27.0; go1.27.x is the newest patch that can be had' })
    .optional(),
  experiment: z
    .string({ error: (issue) => refusal('experiments of the Go toolchain', issue.input, 'nogreenteagc') })
    .regex(/^[a-z0-9]+(?:,[a-z0-9]+)*$/, {
      error: (issue) => refusal('experiments of the Go toolchain', issue.input, 'nogreenteagc,jsonv2'),
    })
    .meta({ description: 'GOEXPERIMENT of the build' })
    .optional(),
  pgo: text('a CPU profile', 'cpu.pb.gz')
    .meta({ description: 'CPU profile for -pgo, relative to the scenario file; off for none, auto for default.pgo' })
    .optional(),
  flags: z
    .array(flag, { error: (issue) => refusal('a list of flags', issue.input, '[-ldflags=-s]') })
    .min(1, { error: 'must name at least one flag (example: [-ldflags=-s])' })
    .meta({ description: 'Flags of go build, after those of the build itself' })
    .optional(),
};

const wrongMap = (example: string) => (issue: { code?: string | undefined; input?: unknown }) =>
  issue.code === 'invalid_type' ? refusal('a map of settings', issue.input, example) : undefined;

/** How Go programs are built, for all services and on top of it for some. */
export const goSchema = z
  .strictObject(
    {
      ...settings,
      services: z
        .record(z.string(), z.strictObject(settings, { error: wrongMap('{ toolchain: go1.27.0 }') }))
        .meta({ description: 'By service, on top of what is set for all' })
        .optional(),
    },
    { error: wrongMap('{ toolchain: go1.27.0 }') },
  )
  .meta({ description: 'How the Go programs of the services are built, beyond what their own builds say' });
