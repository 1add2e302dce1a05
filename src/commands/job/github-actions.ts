/** What a command tells the GitHub Actions job that it runs in: a summary, outputs for later steps, and a few annotations. */
import { appendText, sizeOf } from '../../host/files.ts';
import { exitCodes, messageOf } from '../../model/errors.ts';
import { cutMarkdown } from '../../report/markdown/text.ts';
import type { CommandContext } from '../command.ts';
import type { JobNews } from './news.ts';

/** GitHub drops the whole summary of a step that is longer; what stands there already counts. */
const mostSummaryBytes = 1024 * 1024;

/** Of one command, so that several fit into one step. */
const mostOwnBytes = 200_000;

/** GitHub shows ten of a kind for a step; whoever wants more than these has the summary. */
const mostAnnotations = 3;
const mostAnnotation = 1000;

/** Tells the job; nothing outside of one. A job that cannot be told is warned of and changes no verdict. */
export async function announceToGithub(news: JobNews, context: CommandContext): Promise<void> {
  const { env, complain, log } = context;
  const tried = async (file: string | undefined, work: (file: string) => Promise<void>) => {
    if (file === undefined || file === '') return;
    await work(file).catch((error: unknown) => log.warn(`${file}: the job could not be told: ${messageOf(error)}`));
  };
  if (env['GITHUB_ACTIONS'] === 'true') {
    const level = news.exitCode === exitCodes.ok ? 'warning' : 'error';
    for (const problem of news.problems.slice(0, mostAnnotations))
      complain(`${workflowCommand(level, news.title, problem.slice(0, mostAnnotation))}\n`);
  }
  await tried(env['GITHUB_STEP_SUMMARY'], async (file) => {
    const room = Math.min(mostOwnBytes, mostSummaryBytes - (await sizeOf(file)) - 2);
    const text = cutMarkdown(news.summary, room);
    if (text !== undefined) await appendText(file, `${text.trimEnd()}\n\n`);
  });
  await tried(env['GITHUB_OUTPUT'], async (file) => {
    const outputs = Object.entries({ ...news.outputs, 'exit-code': String(news.exitCode) });
    const lines = outputs.flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${value.replace(/[\r\n]+/g, ' ')}\n`],
    );
    await appendText(file, lines.join(''));
  });
}

/** `::error title=…::…`, escaped as `@actions/core` does (`escapeData`, `escapeProperty`); the runner reads both stdout and stderr. */
function workflowCommand(level: 'error' | 'warning', title: string, message: string): string {
  const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = data(title).replaceAll(':', '%3A').replaceAll(',', '%2C');
  return `::${level} title=${property}::${data(message)}`;
}
