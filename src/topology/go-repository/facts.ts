/** What the source of one program says of how it serves; pure. */
import { type Listen, listensOf } from '../go-source/listens.ts';
import { type Route, routesOf } from '../go-source/routes.ts';
import { constantsOf, type Setting, settingsOf } from '../go-source/settings.ts';
import { subcommandsOf } from '../go-source/subcommands.ts';
import type { ProgramFiles } from './packages.ts';

/** Everything of one program. */
export interface ProgramFacts {
  readonly settings: readonly Setting[];
  readonly listens: readonly Listen[];
  readonly routes: readonly Route[];
  readonly subcommands: readonly string[];
  readonly imports: ReadonlySet<string>;
  readonly isCut: boolean;
}

/** Reads them; `environment` of viper counts with its prefix. */
export function factsOf({ packages, imports, isCut }: ProgramFiles): ProgramFacts {
  const constants = packages.map((files) => new Map(files.flatMap((file) => [...constantsOf(file)]).reverse()));
  const settings = packages.flatMap((files, index) =>
    files.flatMap((file) => settingsOf(file, constants[index] ?? new Map())),
  );
  const files = packages.flat();
  return {
    settings: unique(settings, ({ via, name, preset }) => `${via} ${name} ${preset}`),
    listens: packages.flatMap((own, index) =>
      own.flatMap((file) => listensOf(file, constants[index] ?? new Map(), settings)),
    ),
    routes: unique(files.flatMap(routesOf), ({ method, path }) => `${method} ${path}`),
    // Commands of libraries are not those of the program; its own are beside main or in a package for them.
    subcommands: [...new Set(files.flatMap(subcommandsOf))],
    imports,
    isCut,
  };
}

function unique<T>(all: readonly T[], keyOf: (one: T) => string): T[] {
  return [...new Map(all.toReversed().map((one) => [keyOf(one), one])).values()].reverse();
}

const frameworks =
  /^(?:net\/http|github\.com\/(?:gin-gonic\/gin|labstack\/echo|go-chi\/chi|gofiber\/fiber|gorilla\/mux|julienschmidt\/httprouter|valyala\/fasthttp|beego\/beego|kataras\/iris|danielgtaylor\/huma|uptrace\/bunrouter|zeromicro\/go-zero|cloudwego\/hertz|caddyserver\/caddy|emicklei\/go-restful|twitchtv\/twirp|go-kratos\/kratos|goadesign\/goa|pocketbase\/pocketbase|gobuffalo\/buffalo|go-fuego\/fuego|danielgtaylor\/huma|aws\/aws-lambda-go)|connectrpc\.com\/connect|goa\.design\/goa)(?:\/|$)/;

/** What a program is, as far as it serves anybody. */
export type Serving = 'http' | 'grpc' | 'tcp' | 'lambda' | 'nothing';

/** Judges by what it imports and where it listens. */
export function servingOf({ imports, listens, routes }: Pick<ProgramFacts, 'imports' | 'listens' | 'routes'>): Serving {
  const all = [...imports];
  if (listens.some(({ kind }) => kind === 'http')) return 'http';
  const isTcp = listens.length > 0;
  if (
    all.some((path) => frameworks.test(path)) &&
    (isTcp || all.some((path) => frameworks.test(path) && path !== 'net/http')) &&
    routes.length > 0
  )
    return 'http';
  if (all.includes('net/http') && isTcp) return 'http';
  if (all.includes('google.golang.org/grpc') && isTcp) return 'grpc';
  if (all.some((path) => path.startsWith('github.com/aws/aws-lambda-go'))) return 'lambda';
  return isTcp ? 'tcp' : 'nothing';
}
