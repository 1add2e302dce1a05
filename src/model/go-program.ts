/** What is known of the program that a target runs: its Go, its module and how it was built and started. */
import { z } from 'zod';

/** As a result holds it; every part that nobody could tell is absent. */
export const goProgramSchema = z
  .object({
    version: z.string().optional().describe('Of the Go that built it, such as go1.26.0'),
    path: z.string().optional().describe('Import path of its main package'),
    module: z.string().optional(),
    moduleVersion: z.string().optional(),
    settings: z
      .record(z.string(), z.string())
      .optional()
      .describe('Build settings as `go version -m` prints them: -race, -pgo, GOAMD64, vcs.revision and the like'),
    environment: z
      .record(z.string(), z.string())
      .optional()
      .describe('Those of GOMAXPROCS, GOGC, GOMEMLIMIT, GODEBUG and GOTRACEBACK that it was started with'),
    sources: z.array(z.string()).describe('Where this comes from: binary, environment, metrics, expvar'),
  })
  .describe('What is known of the Go program of a target');

/** One program; what is not known is absent. */
export type GoProgram = z.infer<typeof goProgramSchema>;

/** Both together; where they differ, the first is kept. */
export function mergePrograms(first: GoProgram | undefined, second: GoProgram): GoProgram {
  if (!first) return second;
  const known = Object.fromEntries(Object.entries(first).filter(([, value]) => value !== undefined));
  return { ...second, ...known, sources: [...new Set([...first.sources, ...second.sources])] };
}

/** The variables that change the Go runtime, of a whole environment. */
export function goEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const names = ['GOMAXPROCS', 'GOGC', 'GOMEMLIMIT', 'GODEBUG', 'GOTRACEBACK'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
