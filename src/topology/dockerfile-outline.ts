/** What a Dockerfile says of the image that comes out of it: the foreign image at its root, and the ports that it names; pure. */

/** `base` is undefined when the text names none; ports are TCP. */
export interface DockerfileOutline {
  readonly base: string | undefined;
  readonly exposed: readonly number[];
  /** Whether a Go toolchain takes part. */
  readonly hasGo: boolean;
  /** Whether one of another language does, and none of Go. */
  readonly hasOther: boolean;
}

const otherLanguages =
  /(?:^|\/)(?:node|bun|deno|python|uv|ruby|rails|php|composer|openjdk|eclipse-temurin|amazoncorretto|maven|gradle|rust|dotnet|sdk|aspnet|elixir|erlang|swift|dart|perl)(?::|@|$)/;

interface Stage {
  readonly name: string | undefined;
  readonly from: string;
  readonly exposed: number[];
}

/** Reads the stage of a name, else the last; variables stand for their build argument or default. */
export function outlineDockerfile(
  text: string,
  target: string | undefined,
  args: ReadonlyMap<string, string>,
): DockerfileOutline {
  const variables = new Map<string, string>();
  const stages: Stage[] = [];
  for (const [, keyword = '', rest = ''] of text.replace(/\\[ \t]*\r?\n/g, ' ').matchAll(/^[ \t]*(\w+)[ \t]+(.*)$/gm)) {
    const line = rest.replace(
      /\$\{?(\w+)(?::-([^}]*))?\}?/g,
      (_whole, name: string, other = '') => variables.get(name) ?? other,
    );
    switch (keyword.toUpperCase()) {
      case 'ARG':
      case 'ENV':
        for (const [, name = '', value] of line.matchAll(/(\w+)(?:=("[^"]*"|\S+))?/g)) {
          const known = args.get(name) ?? value?.replace(/^"|"$/g, '');
          if (known !== undefined) variables.set(name, known);
        }
        break;
      case 'FROM':
        stages.push(readFrom(line));
        break;
      case 'EXPOSE':
        stages.at(-1)?.exposed.push(...readExposed(line));
    }
  }
  const hasGo = stages.some(({ from }) => /(?:^|\/)golang(?::|@|$)/.test(from));
  const stage = stages.findLast(({ name }) => target !== undefined && name === target) ?? stages.at(-1);
  const line = lineage(stage, stages);
  return {
    base: line.at(-1)?.from,
    exposed: [...new Set(line.flatMap(({ exposed }) => exposed))],
    hasGo,
    hasOther: !hasGo && stages.some(({ from }) => otherLanguages.test(from)),
  };
}

function readFrom(line: string): Stage {
  const [from = '', as, name] = line.split(/\s+/).filter((word) => !word.startsWith('--'));
  return { from, name: as?.toUpperCase() === 'AS' ? name : undefined, exposed: [] };
}

function readExposed(line: string): number[] {
  return line.split(/\s+/).flatMap((word) => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?(?:\/tcp)?$/i.exec(word) ?? [];
    const count = Math.min(Number(last) - Number(first) + 1, 100);
    return first === undefined ? [] : Array.from({ length: Math.max(count, 0) }, (_, index) => Number(first) + index);
  });
}

/** A stage, the one that it begins with, and so on to the foreign image. */
function lineage(stage: Stage | undefined, stages: readonly Stage[]): Stage[] {
  if (!stage) return [];
  const before = stages.slice(0, stages.indexOf(stage)).findLast(({ name }) => name === stage.from);
  return [stage, ...lineage(before, stages)];
}
