/** Dockerfiles as people write them, to what an image of them would have. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dockerfileLines } from '../../../src/topology/image/dockerfile-lines.ts';
import { readImageStage } from '../../../src/topology/image/stage.ts';

function stageOf(text: string, args: Record<string, string> = {}, target?: string) {
  const { stage, mistakes } = readImageStage(text, { args: new Map(Object.entries(args)), target, arch: 'amd64' });
  if (!stage) throw new Error(mistakes.join());
  return { ...stage, mistakes, variables: Object.fromEntries(stage.env) };
}

describe('instructions', () => {
  it('go on over lines, with comments and empty lines between them', () => {
    const { lines } = dockerfileLines('FROM a\nRUN one \\\n  # why\n\n  && two\n\nCMD ["x"]');
    expect(lines.map(({ keyword, rest, line }) => [line, keyword, rest.replace(/\s+/g, ' ')])).toEqual([
      [1, 'FROM', 'a'],
      [2, 'RUN', 'one && two'],
      [7, 'CMD', '["x"]'],
    ]);
  });

  it('take another escape character from the first lines', () => {
    const { lines, escapeChar: char } = dockerfileLines('# syntax=x\n# escape=`\nFROM a\nRUN dir `\n c:\\x\\\nENV A=1');
    expect(char).toBe('`');
    expect(lines.map(({ rest }) => rest)).toEqual(['a', 'dir  c:\\x\\', 'A=1']);
  });

  it('carry here-documents, which hold no instructions', () => {
    const { lines } = dockerfileLines(
      'FROM a\nRUN <<EOF\nENV no=1\ngo build .\nEOF\nCOPY <<-"A" <<B /x/\n\tone\n\tA\ntwo\nB\nUSER u',
    );
    expect(lines.map(({ keyword, heredocs }) => [keyword, ...heredocs])).toEqual([
      ['FROM'],
      ['RUN', 'ENV no=1\ngo build .'],
      ['COPY', 'one', 'two'],
      ['USER'],
    ]);
  });

  it('are found in any text without a failure', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'FROM a',
            'ENV',
            `ENV A=\${B`,
            '\\',
            '"',
            'RUN <<X',
            'X',
            '# x',
            'COPY a',
            'CMD [',
            '$',
            '\n',
            'ARG A=$A',
          ),
        ),
        (pieces) => {
          readImageStage(pieces.join('\n'), { args: new Map(), target: undefined, arch: 'amd64' });
        },
      ),
    );
  });
});

describe('variables', () => {
  it('are replaced with defaults and alternatives, by what held before their line', () => {
    const text = `FROM a\nARG V=7\nENV A=$V B="\${V:-1} two" C='$V' D=\${NO:-x\${V}} E=\${V:+set} F=\${NO:+set}\nENV A=new G=$A H=\\$A`;
    expect(stageOf(text).variables).toEqual({
      A: 'new',
      B: '7 two',
      C: '$V',
      D: 'x7',
      E: 'set',
      F: '',
      G: '7',
      H: '$A',
    });
  });

  it('in the old form take the rest of the line', () => {
    expect(stageOf('FROM a\nENV GOGC 50\nENV T  two words').variables).toEqual({ GOGC: '50', T: 'two words' });
  });

  it('before FROM count in FROM, and in a stage that names them again; build arguments win; ENV wins over ARG', () => {
    const text = `ARG TAG=1\nARG W=global\nFROM x:\${TAG}\nARG W\nARG X=own\nENV A=$W B=$X C=$TAG\nARG A=no\nENV D=$A`;
    expect(stageOf(text, { X: 'given' })).toMatchObject({
      base: 'x:1',
      variables: { A: 'global', B: 'given', C: '', D: 'global' },
    });
    expect(stageOf(text, { TAG: '2' }).base).toBe('x:2');
  });
});

describe('stages', () => {
  const text = `FROM alpine AS base
ENV GOGC=50
WORKDIR /srv
CMD ["/srv/base"]
FROM base AS api
WORKDIR app
ENTRYPOINT ["/srv/app/api"]
FROM base
STOPSIGNAL SIGINT
EXPOSE 8080 9000-9001/tcp 53/udp
CMD ./run -x`;

  it('go on from one another; the last one, or the one that is asked for by name or number, is the image', () => {
    expect(stageOf(text)).toMatchObject({
      base: 'alpine',
      workdir: '/srv',
      cmd: ['/bin/sh', '-c', './run -x'],
      stopSignal: 'SIGINT',
      exposed: [8080, 9000, 9001],
      variables: { GOGC: '50' },
    });
    expect(stageOf(text, {}, 'API')).toMatchObject({ workdir: '/srv/app', entrypoint: ['/srv/app/api'] });
    expect(stageOf(text, {}, '0').cmd).toEqual(['/srv/base']);
  });

  it('lose the command of the stage they begin with when they get an entry point', () => {
    expect(stageOf(text, {}, 'api').cmd).toBeUndefined();
  });

  it('that are not there are told with those that are', () => {
    expect(stageOf(text, {}, 'dev').mistakes).toEqual(['it has no stage "dev" (it has: base, api)']);
    expect(readImageStage('# nothing', { args: new Map(), target: undefined, arch: 'amd64' }).mistakes).toEqual([
      'it has no FROM',
    ]);
  });
});
