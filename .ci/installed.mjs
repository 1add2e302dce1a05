// @ts-check
/** What the setup asks of values alone: which packages an installation lacks, and whether a version of Node will do. */

/**
 * @typedef {{ integrity?: string, optional?: boolean, os?: readonly string[], cpu?: readonly string[] }} Entry One package of a lock file.
 * @typedef {{ packages: Readonly<Record<string, Entry>> }} Lock npm's lock file, and what npm writes of the same form when it has installed.
 */

/**
 * The folders of packages that `lock` wants on this machine and that are not there as it says. An optional package for any platform may be
 * absent: npm leaves it out when something that it needs is for another platform.
 * @param {Lock} lock
 * @param {Lock} installed
 * @param {{ platform: string, arch: string }} machine
 * @param {(place: string) => boolean} isThere
 * @returns {readonly string[]}
 */
export function lacking(lock, installed, { platform, arch }, isThere) {
  return Object.entries(lock.packages)
    .filter(([place, { os, cpu }]) => place !== '' && suits(os, platform) && suits(cpu, arch))
    .filter(([place, { integrity, optional, os, cpu }]) => {
      const found = installed.packages[place];
      if (!found) return !optional || Boolean(os ?? cpu);
      return found.integrity !== integrity || !isThere(place);
    })
    .map(([place]) => place);
}

/**
 * Whether npm's list of platforms holds `name`: `!name` excludes one, and a list of nothing else takes all others.
 * @param {readonly string[] | undefined} list
 * @param {string} name
 */
function suits(list = [], name) {
  const named = list.filter((each) => !each.startsWith('!'));
  return !list.includes(`!${name}`) && (named.length === 0 || named.includes(name));
}

/**
 * Whether a version such as `22.12.0` is in a range such as `^20.19.0 || >=24`, of these two forms.
 * @param {string} range
 * @param {string} version
 */
export function accepts(range, version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return range.split('||').some((part) => {
    const [, form, least = '', then = '0'] = /^(\^|>=)(\d+)(?:\.(\d+))?/.exec(part.trim()) ?? [];
    const isLater = major > Number(least) && form === '>=';
    return isLater || (major === Number(least) && minor >= Number(then));
  });
}
