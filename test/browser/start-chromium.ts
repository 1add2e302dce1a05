/** One Chromium for all tests of the project; each file gets its address. Without one they are skipped loudly, or fail where it is required. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser listens; undefined where there is none. */
    readonly chromium: string | undefined;
  }
}

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** Starts the browser that `RAMPART_CHROMIUM` names, or that is on the PATH, before the first test; what it returns ends it after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const path = process.env.RAMPART_CHROMIUM ?? onPath();
  if (path === undefined) {
    const reason = `none of ${names.join(', ')} is on the PATH (Debian: apt-get install chromium), and RAMPART_CHROMIUM names none`;
    if (process.env.RAMPART_REQUIRE_BROWSER) throw new Error(`RAMPART_REQUIRE_BROWSER is set, but ${reason}`);
    console.warn(`\n*** SKIPPED, not tested: every page in a real browser (${reason}) ***\n`);
    project.provide('chromium', undefined);
    return async () => undefined;
  }
  // A page that needed the network would reach nothing but this machine.
  const args = ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--disable-dev-shm-usage'];
  const server = await chromium.launchServer({ executablePath: path, args, timeout: 120_000 });
  project.provide('chromium', server.wsEndpoint());
  return () => server.close();
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}
