/**
 * Which of two versions is the newer one, as far as their spelling tells: negative if the first is older. Versions of
 * Debian are compared as dpkg does; those of languages are brought into that form first.
 * @see https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
 */
export const compareVersions = (type: string, before: string, after: string): number => {
  const spell = type === 'deb' ? (version: string): string => version : asDebian;
  const [a, b] = [partsOf(spell(before)), partsOf(spell(after))];
  return (
    a.epoch - b.epoch || comparePart(a.upstream, b.upstream) || comparePart(a.revision, b.revision)
  );
};

/**
 * What comes before a release gets a tilde, which sorts before the end: `1.0.0-rc.1`, `1.0b2`, `3.1_pre4`, `2.0.dev1`.
 * What a build adds is left out: `1.0.0+sha.5`.
 */
const asDebian = (version: string): string =>
  version
    .toLowerCase()
    .replace(/^v(?=\d)/, '')
    .replace(/^(\d+)!/, '$1:')
    .replace(/\+.*$/, '')
    .replace(/-r(\d+)$/, '#$1')
    .replaceAll('-', '~')
    .replace(
      /[._~]?(?<![a-z])(alpha|beta|preview|pre|rc|cr|snapshot|dev|[abcm](?=\d))(?![a-z])/g,
      '~$1',
    )
    // Python has these before all others.
    .replace('~dev', '~~dev')
    .replace('#', '-');

const partsOf = (version: string) => {
  const [, epoch = '0', rest = ''] = /^(?:(\d+):)?(.*)$/s.exec(version) ?? [];
  const dash = rest.lastIndexOf('-');
  return {
    epoch: Number(epoch),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '0' : rest.slice(dash + 1),
  };
};

/** Digits are compared as numbers, all between them character by character. */
const comparePart = (a: string, b: string): number => {
  const [left, right] = [runsOf(a), runsOf(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [x = '', y = ''] = [left[at], right[at]];
    const order = at % 2 === 0 ? compareText(x, y) : compareNumbers(x, y);
    if (order !== 0) return order;
  }
  return 0;
};

/** Text and digits in turns, text first. */
const runsOf = (part: string): string[] =>
  [...part.matchAll(/(\D*)(\d*)/g)].flatMap(([, text = '', digits = '']) => [text, digits]);

const compareNumbers = (a: string, b: string): number => {
  const [x, y] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return x.length - y.length || (x < y ? -1 : x > y ? 1 : 0);
};

const compareText = (a: string, b: string): number => {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const order = rankOf(a[at]) - rankOf(b[at]);
    if (order !== 0) return order;
  }
  return 0;
};

/** A tilde sorts before the end, letters before all else. */
const rankOf = (character: string | undefined): number => {
  if (character === undefined) return 0;
  if (character === '~') return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 256;
};
