/** Which of several main packages is the server that people mean; pure. */
import type { Serving } from './facts.ts';

/** A main package as far as that is to be decided. */
export interface MainSketch {
  /** From the root of the repository, `.` for the root itself. */
  readonly path: string;
  /** The last part of its module path: how the whole is called. */
  readonly product: string;
  readonly serving: Serving;
  readonly routes: number;
  /** Whether the workspace uses its module. */
  readonly isUsed: boolean;
}

/** A main package with what speaks for and against it. */
export interface RankedMain<T> {
  readonly main: T;
  readonly score: number;
  readonly why: readonly string[];
}

const besideParts =
  /^(?:tools?|hack|scripts?|examples?|_?examples?|samples?|demos?|tests?|testing|e2e|integration|bench(?:mark)?s?|docs?|contrib|playground|third_party|internal|misc|build|ci|dev|devtools|codegen|gen|generators?|magefiles?)$/i;
const besideNames =
  /(?:^|[-_])(?:gen|generator|codegen|migrat\w*|seed\w*|worker|consumer|cron|job|client|cli|ctl|loadgen|bench\w*|stress|fuzz|mock\w*|fake\w*|stub|lint\w*|check\w*|docs?|tool|dump|import|export|agent|exporter|webhook|operator|plugin|hello\w*|demo|example)(?:$|[-_])|ctl$/i;
const serverNames =
  /(?:^|[-_])(?:server|api|web|http|gateway|app|service|svc|backend|main|rest|site|www)(?:d|server)?(?:$|[-_])|server$/i;

/** All of them, the likeliest first; the order they came in among equals. */
export function rankMains<T extends MainSketch>(mains: readonly T[]): RankedMain<T>[] {
  const ranked = mains.map((main) => {
    const reasons = reasonsFor(main);
    return {
      main,
      score: reasons.reduce((sum, [points]) => sum + points, 0),
      why: reasons.flatMap(([, words]) => (words === '' ? [] : [words])),
    };
  });
  return ranked.sort((a, b) => b.score - a.score);
}

const servings: Readonly<Record<Serving, readonly [number, string]>> = {
  http: [100, 'it serves HTTP'],
  tcp: [15, 'it listens, but not for HTTP as far as is to be seen'],
  grpc: [10, 'it serves gRPC'],
  lambda: [5, 'it is a function for AWS Lambda'],
  nothing: [0, ''],
};

function reasonsFor({ path, product, serving, routes, isUsed }: MainSketch): (readonly [number, string])[] {
  const parts = path === '.' ? [] : path.split('/');
  const name = parts.at(-1) ?? product;
  const before = parts.slice(0, -1);
  const beside = [...before, name].find((part) => besideParts.test(part));
  const rules: readonly (readonly [boolean, number, string])[] = [
    [beside !== undefined, -60, `it lies in ${beside}`],
    [besideNames.test(name) && name !== product, -35, `${name} is the name of a helper`],
    [path === '.', 25, 'it is the root of the module'],
    [name === product, 20, 'it has the name of the whole'],
    [serverNames.test(name) && !besideNames.test(name), 15, `${name} is the name of a server`],
    [before.includes('cmd'), 8, ''],
    [!isUsed, -50, 'go.work does not use its module'],
  ];
  const found = rules.flatMap(([holds, points, words]) => (holds ? [[points, words] as const] : []));
  return [servings[serving], ...found, [Math.min(10, routes), ''], [-2 * parts.length, '']];
}
