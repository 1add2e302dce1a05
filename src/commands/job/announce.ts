/** Tells the job that a command runs in how it ended, whoever runs the job. */
import type { ExitCode } from '../../model/errors.ts';
import type { CommandContext } from '../command.ts';
import { announceToGithub } from './github-actions.ts';
import { announceToCluster } from './kubernetes.ts';
import { type JobNews, textSummary } from './news.ts';

/** Tells whoever asks for it in the environment; one that cannot be told is warned of, and changes no verdict. */
export async function announceToJob(news: JobNews, context: CommandContext): Promise<void> {
  await announceToGithub(news, context);
  await announceToCluster(news, context);
}

/** Tells the job of a command that could not do its work at all. */
export async function announceJobError(
  command: string | undefined,
  { exitCode, message }: { readonly exitCode: ExitCode; readonly message: string },
  context: CommandContext,
): Promise<void> {
  const title = ['rampart', ...(command === undefined ? [] : [command])].join(' ');
  const summary = textSummary(`${title}: not carried out`, message);
  await announceToJob({ title, exitCode, summary, outputs: {}, problems: [message] }, context);
}
