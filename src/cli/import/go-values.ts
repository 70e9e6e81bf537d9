import { asIs } from './tag-patterns.ts';

/** Minutes of a duration as Go writes it, `1h30m`; `undefined` for one that is none, or no whole minutes. */
export const minutesOf = (duration: string): number | undefined => {
  if (!/^(\d+(h|m|s))+$/.test(duration)) return undefined;
  const seconds = [...duration.matchAll(/(\d+)(h|m|s)/g)].reduce(
    (sum, [, count, unit]) =>
      sum + Number(count) * { h: 3600, m: 60, s: 1 }[unit as 'h' | 'm' | 's'],
    0,
  );
  return seconds > 0 && seconds % 60 === 0 ? seconds / 60 : undefined;
};

/** A cron pattern that comes as often; `undefined` where there is none. */
export const cronEvery = (minutes: number | undefined): string | undefined => {
  if (minutes === undefined) return undefined;
  if (minutes < 60 && 60 % minutes === 0)
    return minutes === 1 ? '* * * * *' : `*/${minutes} * * * *`;
  const hours = minutes / 60;
  if (!Number.isInteger(hours) || 24 % hours !== 0) return undefined;
  if (hours === 24) return '0 0 * * *';
  return hours === 1 ? '0 * * * *' : `0 */${hours} * * *`;
};

/** A text with Go templates, as far as a mirror file can say it; `undefined` where it cannot. */
export const fillTemplate = (
  text: string,
  fields: Readonly<Record<string, string>> = {},
): string | undefined => {
  let isKnown = true;
  const filled = asIs(text).replaceAll(/\{\{-?\s*(.*?)\s*-?\}\}/gs, (_, inside: string) => {
    const [, variable] = /^env\s+["`](\w+)["`]$/.exec(inside) ?? [];
    const value = variable === undefined ? fields[inside] : `\${${variable}}`;
    if (value === undefined) isKnown = false;
    return value ?? '';
  });
  return isKnown ? filled : undefined;
};
