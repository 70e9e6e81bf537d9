/**
 * What skopeo takes for a range of versions, as patterns of tags; `undefined` where they cannot say it.
 * @see https://github.com/Masterminds/semver/blob/v3.5.0/README.md#checking-version-constraints
 */
export const skopeoRange = (text: string): string[] | undefined => {
  const alternatives = text.split('||').map((part) => andGroup(part.trim()));
  if (alternatives.some((each) => each === undefined)) return undefined;
  return [alternatives.flat().join(' || ')];
};

const VERSION = String.raw`v?(?:\d+|[xX*])(?:\.(?:\d+|[xX*])){0,2}`;
const COMPARATOR = new RegExp(String.raw`^(=|!=|>|<|>=|=>|<=|=<|~|~>|\^|)\s*(${VERSION})$`);
const HYPHEN = new RegExp(String.raw`(${VERSION})\s+-\s+(${VERSION})`, 'g');

/** Comparators that all hold; with `!=` they are several groups, of which one holds. */
const andGroup = (text: string): string[] | undefined => {
  const spread = text.replaceAll(HYPHEN, '>=$1 <=$2').replaceAll(/([=!<>~^])\s+/g, '$1');
  let groups = [''];
  for (const part of spread.split(/[\s,]+/).filter(Boolean)) {
    const [, operator = '', version = ''] = COMPARATOR.exec(part) ?? [];
    const choices = version === '' ? undefined : choicesFor(operator, version);
    if (!choices) return undefined;
    groups = groups.flatMap((group) => choices.map((choice) => `${group} ${choice}`.trim()));
  }
  // `!=1.2.3` alone also takes any pre-release.
  return groups[0] === '' || /^!=\S+$/.test(spread) ? undefined : groups;
};

const choicesFor = (operator: string, version: string): string[] | undefined => {
  if (/^v?[xX*]/.test(version))
    return ['', '=', '~', '~>', '^', '>=', '=>'].includes(operator) ? ['>=0.0.0'] : undefined;
  switch (operator) {
    case '!=':
      return [`<${version}`, `>${version}`];
    case '=>':
      return [`>=${version}`];
    case '=<':
      return [`<=${version}`];
    case '~>':
    case '~':
      // Theirs takes ~0.0.0 for any version.
      return [/^v?0\.0\.0$/.test(version) ? '>=0.0.0' : `~${version}`];
    case '':
    case '=':
      return [`=${version}`];
    default:
      return [`${operator}${version}`];
  }
};

/**
 * What regsync takes for a range of versions, which has no short forms (`<2` is `<2.0.0`) and counts pre-releases as any
 * other version; `undefined` where a pattern of tags cannot say it.
 * @see https://github.com/regclient/regclient/blob/main/internal/semver/semver.go
 */
export const regsyncRange = (text: string): string | undefined => {
  const parts = text.trim().split(/\s+/).map(regsyncComparator);
  return parts.includes(undefined) ? undefined : parts.join(' ');
};

const regsyncComparator = (text: string): string | undefined => {
  const [, operator = '', dotted] = /^(>=|<=|>|<|=|\^|~|)v?(\d+(?:\.\d+){0,2})$/.exec(text) ?? [];
  if (dotted === undefined) return undefined;
  const [major = 0, minor = 0, patch = 0] = dotted.split('.').map(Number);
  const full = `${major}.${minor}.${patch}`;
  if (operator === '~') return `>=${full} <${major}.${minor + 1}.0`;
  if (operator !== '^') return `${operator || '='}${full}`;
  if (major > 0) return `>=${full} <${major + 1}.0.0`;
  return minor > 0 ? `>=${full} <0.${minor + 1}.0` : `>=${full} <0.0.${patch + 1}`;
};

/** What regsync takes for versions, suffixes such as `-alpine` included; it may stand beside a range. */
export const REGSYNC_VERSIONS: string = String.raw`/^v?\d+(\.\d+){0,2}(-|$)/`;
